# A thin wrapper: the work is in script/ and CMakeLists.txt.
.PHONY: all run check long translations clean
all:
	script/build
run:
	script/run
check:
	script/check
long:
	script/check --long
translations:
	tools/update_translations
clean:
	rm -rf build
