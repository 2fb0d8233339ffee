#!/bin/sh
# Writes an assembler file that puts the named files in the program: embed.sh OUT ROOT FILE… where a FILE is
# "path=where" (path as the program knows it, where it lies) or a path below ROOT.
set -eu
out=$1 root=$2
shift 2
{
	printf '.section .rodata\n'
	n=0
	for entry in "$@"; do
		case $entry in *=*) where=${entry#*=} path=${entry%%=*} ;; *) where=$root/$entry path=$entry ;; esac
		printf '.Lp%d: .asciz "%s"\n.balign 16\n.Ls%d: .incbin "%s"\n.Le%d: .byte 0\n' $n "$path" $n "$where" $n
		n=$((n + 1))
	done
	printf '.section .data.rel.ro,"aw"\n.balign 8\n.globl embedded_files\nembedded_files:\n'
	i=0
	while [ $i -lt $n ]; do
		printf '.quad .Lp%d, .Ls%d, .Le%d\n' $i $i $i
		i=$((i + 1))
	done
	printf '.quad 0, 0, 0\n.section .note.GNU-stack,"",@progbits\n'
} >"$out.new"
mv "$out.new" "$out"
