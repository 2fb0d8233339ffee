/* Forms: label, help and problem are tied to their field for those who listen to the page. */
#include "web/exchange.h"
#include "web/page.h"
#include "web/session.h"

#include <string.h>

static const char urlencoded[] = "application/x-www-form-urlencoded";
static const char multipart[] = "multipart/form-data";

void form_token(struct html *p)
{
	const struct request *rq = p->rq;

	if (rq && rq->csrf_token)
		html(p, "<input type=\"hidden\" name=\"_csrf\" value=\"%s\">", csrf_mask(rq->arena, rq->csrf_token));
}

/* What is wrong, at the top, with links to the fields. */
static void print_summary(const struct form *form)
{
	struct html *p = form->p;

	if (!form->problem_count)
		return;
	html(p, "<div class=\"notice danger\" role=\"alert\" tabindex=\"-1\"><p><strong>");
	html_tr(p, TR("Corrigez ceci avant de continuer :"));
	html(p, "</strong></p><ul>");
	for (size_t i = 0; i < form->problem_count; i++) {
		html(p, "<li><a href=\"#f-%s\">", form->problems[i].field);
		html_message(p, &form->problems[i].message);
		html(p, "</a></li>");
	}
	html(p, "</ul></div>");
}

/* A program hears of the problems by their fields. */
static void tell_program(struct html *p, const struct form_problem *problems, size_t count)
{
	AUTO(buffer_release) struct buffer line = {0};

	if (!p->rq || !rq_is_api(p->rq))
		return;
	buffer_init(&line, 4096);
	for (size_t i = 0; i < count; i++) {
		buffer_clear(&line);
		message_print(&line, p->language, &problems[i].message);
		api_problem_add(exchange_of(p->rq), problems[i].field, buffer_text(&line));
	}
}

struct form form_begin(struct html *p, const char *action, const struct form_problem *problems, size_t count)
{
	struct form form = {.p = p, .problems = problems, .problem_count = count};

	tell_program(p, problems, count);
	print_summary(&form);
	html(p, "<form class=\"form\" method=\"post\" action=\"%s\" enctype=\"%s\" novalidate>", action, urlencoded);
	form_token(p);
	return form;
}

struct form form_begin_get(struct html *p, const char *action)
{
	html(p, "<form class=\"form search\" method=\"get\" action=\"%s\">", action);
	return (struct form){.p = p};
}

/* The enctype written last becomes multipart. */
void form_upload(struct form *form)
{
	struct buffer *out = form->p->out;
	size_t shorter = sizeof urlencoded - sizeof multipart;

	for (size_t at = out->size; at-- > 0;) {
		struct text rest = text_slice(buffer_text(out), at, out->size);

		if (!text_starts_with(rest, (struct text){urlencoded, sizeof urlencoded - 1}))
			continue;
		memcpy(out->data + at, multipart, sizeof multipart - 1);
		memmove(out->data + at + sizeof multipart - 1, rest.data + sizeof urlencoded - 1,
			rest.size - (sizeof urlencoded - 1) + 1);
		out->size -= shorter;
		break;
	}
}

static const struct form_problem *find_problem(const struct form *form, const char *name)
{
	for (size_t i = 0; i < form->problem_count; i++)
		if (strcmp(form->problems[i].field, name) == 0)
			return &form->problems[i];
	return NULL;
}

/* Label, help and problem; the control follows. */
static const struct form_problem *field_begin(struct form *form, const struct field *field, bool is_group)
{
	const struct form_problem *problem = find_problem(form, field->name);
	struct html *p = form->p;

	if (is_group)
		html(p, "<fieldset class=\"field%s\" id=\"f-%s\"><legend>", problem ? " wrong" : "", field->name);
	else
		html(p, "<div class=\"field%s\"><label for=\"f-%s\">", problem ? " wrong" : "", field->name);
	html_tr(p, field->label);
	if (is_group)
		html(p, "</legend>");
	else
		html(p, "</label>");
	if (field->help) {
		html(p, "<p class=\"help\" id=\"h-%s\">", field->name);
		html_tr(p, field->help);
		html(p, "</p>");
	}
	if (problem) {
		html(p, "<p class=\"problem\" id=\"e-%s\">", field->name);
		html_message(p, &problem->message);
		html(p, "</p>");
	}
	return problem;
}

static void print_attributes(struct html *p, const struct field *field, const struct form_problem *problem)
{
	html(p, " id=\"f-%s\" name=\"%s\"", field->name, field->name);
	if (field->required)
		html(p, " required");
	if (problem)
		html(p, " aria-invalid=\"true\"");
	if (field->help && problem)
		html(p, " aria-describedby=\"h-%s e-%s\"", field->name, field->name);
	else if (field->help)
		html(p, " aria-describedby=\"h-%s\"", field->name);
	else if (problem)
		html(p, " aria-describedby=\"e-%s\"", field->name);
	if (field->autocomplete)
		html(p, " autocomplete=\"%s\"", field->autocomplete);
}

static int64_t limit_of(const struct field *field)
{
	return field->limit > 0 ? field->limit : 200;
}

void form_field(struct form *form, const struct field *field)
{
	const char *type = field->type ? field->type : "text";
	const struct form_problem *problem = field_begin(form, field, false);
	struct html *p = form->p;
	bool is_number = strcmp(type, "number") == 0;

	/* A number is typed as text: browsers' number fields lose what they cannot read and turn on the wheel. */
	html(p, "<input type=\"%s\"", is_number ? "text" : type);
	print_attributes(p, field, problem);
	if (is_number)
		html(p, " inputmode=\"decimal\" class=\"number\"");
	if (strcmp(type, "date") != 0 && strcmp(type, "file") != 0)
		html(p, " maxlength=\"%lld\"", (long long)limit_of(field));
	/* A password never goes back to the page. */
	if (field->value.data && strcmp(type, "password") != 0 && strcmp(type, "file") != 0)
		html(p, " value=\"%.*s\"", TEXT_FORMAT(field->value));
	html(p, "></div>");
}

void form_file(struct form *form, const struct field *field, const char *accept, bool multiple)
{
	const struct form_problem *problem = field_begin(form, field, false);
	struct html *p = form->p;

	html(p, "<input type=\"file\"");
	print_attributes(p, field, problem);
	if (accept)
		html(p, " accept=\"%s\"", accept);
	html(p, "%s></div>", multiple ? " multiple" : "");
}

void form_area(struct form *form, const struct field *field, int rows)
{
	const struct form_problem *problem = field_begin(form, field, false);
	struct html *p = form->p;

	html(p, "<textarea rows=\"%d\" maxlength=\"%lld\"", rows, (long long)limit_of(field));
	print_attributes(p, field, problem);
	/* A line feed right behind the tag is dropped by browsers: give one to lose. */
	html(p, ">\n%.*s</textarea></div>", TEXT_FORMAT(field->value));
}

void form_select(struct form *form, const struct field *field, const struct choice *choices, size_t count)
{
	const struct form_problem *problem = field_begin(form, field, false);
	struct html *p = form->p;
	bool has_value = false;

	for (size_t i = 0; i < count; i++)
		has_value = has_value || text_equal(choices[i].code, field->value);
	html(p, "<select");
	print_attributes(p, field, problem);
	html(p, ">");
	if (!has_value)
		html(p, "<option value=\"\"></option>");
	for (size_t i = 0; i < count; i++)
		html(p, "<option value=\"%.*s\"%s>%.*s</option>", TEXT_FORMAT(choices[i].code),
			text_equal(choices[i].code, field->value) ? " selected" : "", TEXT_FORMAT(choices[i].label));
	html(p, "</select></div>");
}

void form_radio(struct form *form, const struct field *field, const struct choice *choices, size_t count)
{
	struct html *p = form->p;

	field_begin(form, field, true);
	for (size_t i = 0; i < count; i++)
		html(p,
			"<label class=\"choice\"><input type=\"radio\" name=\"%s\" value=\"%.*s\"%s%s><span>%.*s</span></label>",
			field->name, TEXT_FORMAT(choices[i].code),
			text_equal(choices[i].code, field->value) ? " checked" : "", field->required ? " required" : "",
			TEXT_FORMAT(choices[i].label));
	html(p, "</fieldset>");
}

void form_check(struct form *form, const struct field *field, bool checked)
{
	const struct form_problem *problem = find_problem(form, field->name);
	struct html *p = form->p;

	html(p, "<div class=\"field%s\"><label class=\"choice\"><input type=\"checkbox\" value=\"1\"%s",
		problem ? " wrong" : "", checked ? " checked" : "");
	print_attributes(p, field, problem);
	html(p, "><span>");
	html_tr(p, field->label);
	html(p, "</span></label>");
	if (field->help) {
		html(p, "<p class=\"help\" id=\"h-%s\">", field->name);
		html_tr(p, field->help);
		html(p, "</p>");
	}
	if (problem) {
		html(p, "<p class=\"problem\" id=\"e-%s\">", field->name);
		html_message(p, &problem->message);
		html(p, "</p>");
	}
	html(p, "</div>");
}

void form_hidden(struct form *form, const char *name, struct text value)
{
	html(form->p, "<input type=\"hidden\" name=\"%s\" value=\"%.*s\">", name, TEXT_FORMAT(value));
}

void form_button(struct form *form, const char *button_id)
{
	html(form->p, "<p class=\"actions\"><button type=\"submit\" class=\"button\">");
	html_tr(form->p, button_id);
	html(form->p, "</button></p>");
}

void form_close(struct form *form)
{
	html(form->p, "</form>");
}

void form_end(struct form *form, const char *button_id)
{
	form_button(form, button_id);
	form_close(form);
}

void button_form(struct html *p, const char *action, const char *label_id, const char *name, struct text value)
{
	html(p, "<form class=\"inline\" method=\"post\" action=\"%s\">", action);
	form_token(p);
	if (name)
		html(p, "<input type=\"hidden\" name=\"%s\" value=\"%.*s\">", name, TEXT_FORMAT(value));
	html(p, "<button type=\"submit\" class=\"button secondary\">");
	html_tr(p, label_id);
	html(p, "</button></form>");
}
