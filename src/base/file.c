/* Reading and writing whole files, and sources of bytes. */
#include "base/file.h"

#include "base/buffer.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static enum status read_text(void *context, char *bytes, size_t size, size_t *ret_read)
{
	struct text *rest = context;
	size_t taken = size < rest->size ? size : rest->size;

	if (taken)
		memcpy(bytes, rest->data, taken);
	*rest = text_slice(*rest, taken, rest->size);
	*ret_read = taken;
	return STATUS_OK;
}

struct source source_of_text(struct text *rest)
{
	return (struct source){read_text, rest, "-"};
}

static enum status read_descriptor(void *context, char *bytes, size_t size, size_t *ret_read)
{
	const int *fd = context;
	ssize_t count;

	do {
		count = read(*fd, bytes, size);
	} while (count < 0 && errno == EINTR);
	if (count < 0)
		return STATUS_UNAVAILABLE;
	*ret_read = (size_t)count;
	return STATUS_OK;
}

struct source source_of_descriptor(const int *fd, const char *name)
{
	union { const int *in; void *out; } context = {.in = fd};

	return (struct source){read_descriptor, context.out, name};
}

static enum status read_all(struct arena *arena, int fd, size_t limit, struct text *ret_content)
{
	AUTO(buffer_release) struct buffer content;
	char piece[16384];
	struct text copy;

	buffer_init(&content, limit);
	for (;;) {
		ssize_t count = read(fd, piece, sizeof piece);

		if (count < 0 && errno == EINTR)
			continue;
		if (count < 0)
			return STATUS_UNAVAILABLE;
		if (!count)
			break;
		buffer_append(&content, (struct text){piece, (size_t)count});
		TRY(buffer_status(&content));
	}
	copy = arena_text(arena, buffer_text(&content));
	if (!copy.data)
		return STATUS_NO_MEMORY;
	*ret_content = copy;
	return STATUS_OK;
}

enum status file_read(struct arena *arena, const char *path, size_t limit, struct text *ret_content)
{
	bool standard = strcmp(path, "-") == 0;
	int fd = standard ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC);
	enum status status;

	if (fd < 0)
		return errno == ENOENT ? STATUS_NOT_FOUND : STATUS_UNAVAILABLE;
	status = read_all(arena, fd, limit, ret_content);
	if (!standard)
		close(fd);
	return status;
}

static bool write_all(int fd, struct text content)
{
	while (content.size) {
		ssize_t count = write(fd, content.data, content.size);

		if (count < 0 && errno == EINTR)
			continue;
		if (count < 0)
			return false;
		content = text_slice(content, (size_t)count, content.size);
	}
	return fsync(fd) == 0;
}

/* Makes the new name last, too. */
static bool sync_folder(const char *path)
{
	char folder[4096];
	struct text name = text_of(path);
	size_t end = name.size;
	int fd;
	bool synced;

	while (end && path[end - 1] != '/')
		end--;
	if (snprintf(folder, sizeof folder, "%.*s", (int)end, path) >= (int)sizeof folder)
		return false;
	fd = open(end ? folder : ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0)
		return false;
	synced = fsync(fd) == 0;
	close(fd);
	return synced;
}

enum status file_write(const char *path, struct text content)
{
	char beside[4096];
	bool written;
	int fd;

	/* A name of its own, so that two writers of one path do not write into each other's file. */
	if (snprintf(beside, sizeof beside, "%s.XXXXXX", path) >= (int)sizeof beside)
		return STATUS_TOO_LARGE;
	fd = mkostemp(beside, O_CLOEXEC);
	if (fd < 0)
		return STATUS_UNAVAILABLE;
	written = write_all(fd, content);
	if (close(fd) != 0 || !written || rename(beside, path) != 0) {
		unlink(beside);
		return STATUS_UNAVAILABLE;
	}
	return sync_folder(path) ? STATUS_OK : STATUS_UNAVAILABLE;
}
