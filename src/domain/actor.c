/* Rights of an actor, bound to units of the tree. */
#include "domain/actor.h"

#include <string.h>

static const char *const *national;

void rights_national_set(const char *const *codes) { national = codes; }

bool right_is_national(const char *permission)
{
	for (const char *const *code = national; code && *code; code++)
		if (strcmp(*code, permission) == 0)
			return true;
	return false;
}

bool path_is_root(struct text unit_path)
{
	size_t slashes = 0;

	for (size_t i = 0; i < unit_path.size; i++)
		slashes += unit_path.data[i] == '/';
	return slashes == 2;
}

struct actor actor_system(const char *name)
{
	return (struct actor){.is_system = true, .login = TEXT("system"), .name = text_of(name), .language = LANGUAGE_FR};
}

bool actor_may(const struct actor *actor, const char *permission, struct text unit_path)
{
	if (actor->is_system)
		return true;
	for (size_t i = 0; i < actor->grant_count; i++) {
		const struct grant *grant = &actor->grants[i];

		if (strcmp(grant->permission, permission) == 0 &&
		    (!unit_path.data || text_starts_with(unit_path, grant->unit_path)))
			return true;
	}
	return false;
}

/* True when another grant of the same permission is above this one (or equal and earlier). */
static bool is_covered(const struct actor *actor, size_t index)
{
	const struct grant *grant = &actor->grants[index];

	for (size_t i = 0; i < actor->grant_count; i++) {
		const struct grant *other = &actor->grants[i];

		if (i == index || strcmp(other->permission, grant->permission) != 0 ||
		    !text_starts_with(grant->unit_path, other->unit_path))
			continue;
		if (other->unit_path.size < grant->unit_path.size || i < index)
			return true;
	}
	return false;
}

size_t actor_unit_paths(const struct actor *actor, const char *permission, struct text *ret_paths, size_t limit)
{
	size_t count = 0;

	if (actor->is_system) {
		if (limit)
			ret_paths[count++] = TEXT("/");
		return count;
	}
	for (size_t i = 0; i < actor->grant_count && count < limit; i++)
		if (strcmp(actor->grants[i].permission, permission) == 0 && !is_covered(actor, i))
			ret_paths[count++] = actor->grants[i].unit_path;
	return count;
}

struct text actor_path_list(const struct actor *actor, const char *permission, struct arena *arena)
{
	struct buffer AUTO(buffer_release) buffer = {0};
	struct text list;

	if (actor->is_system)
		return TEXT("*");
	buffer_init(&buffer, 1 << 16);
	buffer_byte(&buffer, '|');
	for (size_t i = 0; i < actor->grant_count; i++) {
		if (strcmp(actor->grants[i].permission, permission) != 0 || is_covered(actor, i))
			continue;
		buffer_append(&buffer, actor->grants[i].unit_path);
		buffer_byte(&buffer, '|');
	}
	if (buffer_status(&buffer) != STATUS_OK)
		return TEXT_NONE;
	list = arena_text(arena, buffer_text(&buffer));
	return list;
}
