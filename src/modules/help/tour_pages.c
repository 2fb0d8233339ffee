/* The first tour: a few steps, each with a link to the page it speaks of. Kept by the server, so that it works without
 * script and ends on every device at once. */
#include "modules/help/pages.h"

#include "web/session.h"

enum { STEP_LIMIT = 16 };

STATEMENT(TOUR_ENDED, "select count(*) from help_tours where user_id = $1");
STATEMENT(TOUR_END,
	"insert into help_tours (user_id, ended_at) values ($1, $2) on conflict (user_id) do update set ended_at = excluded.ended_at");

static const struct step {
	const char *needs;
	const char *title;
	const char *text;
	const char *path;
} steps[] = {
	{ROUTE_SIGNED_IN, TR("L'accueil"),
		TR("Chaque matin, commencez ici : votre travail d'abord, puis l'image de votre bureau. Chaque chiffre et chaque graphique mènent à ce qu'ils comptent."),
		"/"},
	{"consignments.read", TR("Chercher"),
		TR("La case en haut de chaque page cherche partout : référence, nom, conteneur, marchandise. Les accents et une faute de frappe ne gênent pas."),
		"/envois"},
	{"consignments.read", TR("Les arrivées"),
		TR("Les voyages annoncés par les manifestes, avec le circuit de chaque connaissement, avant l'arrivée des marchandises."),
		"/arrivees"},
	{"consignments.read", TR("Les déclarations"),
		TR("Filtrez, choisissez les colonnes, gardez une vue sous un nom, exportez exactement ce que vous voyez. L'adresse de la page se partage."),
		"/declarations"},
	{"consignments.import", TR("Déposer des fichiers"),
		TR("Manifestes et déclarations sortis de SYDONIA se déposent ici ; ce qui est refusé dit où et pourquoi."), "/imports"},
	{"inspections.record", TR("Contrôler"),
		TR("Sur la page d'un envoi, la décision dit pourquoi il est retenu ; vous y enregistrez ce que la visite a montré."),
		"/envois?etat=to_control"},
	{"risk.read", TR("La politique de risque"),
		TR("Les profils en vigueur, leur vie et leurs résultats ; rien n'est mis en vigueur par une seule personne."), "/politique"},
	{"users.manage", TR("Les comptes"),
		TR("Un rôle donné à une unité vaut pour tout ce qui est au-dessous. Chaque changement est inscrit au journal."),
		"/utilisateurs"},
	{"consignments.read_own", TR("Vos déclarations"),
		TR("Vous suivez ici les déclarations faites sous vos codes : leur circuit, leur état et ce qui est attendu de vous."),
		"/mes-declarations"},
	{ROUTE_SIGNED_IN, TR("L'aide"),
		TR("Sur chaque page, « Aide sur cette page » dit à quoi elle sert et que faire ensuite. Guides et glossaire sont au menu."),
		"/aide"},
};

static size_t steps_of(const struct request *rq, const struct step *ret_steps[STEP_LIMIT])
{
	size_t count = 0;

	for (size_t i = 0; i < sizeof steps / sizeof *steps && count < STEP_LIMIT; i++)
		if (rq_may(rq, steps[i].needs))
			ret_steps[count++] = &steps[i];
	return count;
}

enum status tour_page(struct request *rq, struct reader *db)
{
	const struct step *shown[STEP_LIMIT];
	size_t count = steps_of(rq, shown);
	int64_t number = 1;
	struct html page;

	(void)db;
	if (!rq_integer(rq, "etape", &number) || number < 1 || number > (int64_t)count)
		number = 1;
	page = page_begin(rq, text_of(tr(rq->language, TR("La visite guidée"))));
	html(&page, "<section class=\"card\"><p class=\"muted\">%s %lld / %zu</p><h2>%s</h2><p class=\"lead\">%s</p>",
		tr(rq->language, TR("Étape")), (long long)number, count, tr(rq->language, shown[number - 1]->title),
		tr(rq->language, shown[number - 1]->text));
	html(&page, "<p><a href=\"%s\">%s</a></p><p class=\"actions\">", shown[number - 1]->path,
		tr(rq->language, TR("Ouvrir cette page")));
	if (number > 1)
		html(&page, "<a class=\"button secondary\" href=\"/visite-guidee?etape=%lld\">%s</a>", (long long)number - 1,
			tr(rq->language, TR("Étape précédente")));
	if (number < (int64_t)count)
		html(&page, "<a class=\"button\" href=\"/visite-guidee?etape=%lld\">%s</a>", (long long)number + 1,
			tr(rq->language, TR("Étape suivante")));
	html(&page, "</p></section>");
	button_form(&page, "/visite-guidee/fin", TR("Terminer la visite"), NULL, TEXT_NONE);
	page_end(&page);
	return STATUS_OK;
}

enum status tour_end_action(struct request *rq, struct writer *db)
{
	TRY(store_execute(db, &TOUR_END, PARAMS(V_INT(rq->actor.user_id), V_INT(clock_now())), NULL));
	rq_flash(rq, TR("La visite guidée reste sous « Aide », pour y revenir quand vous voulez."));
	return rq_redirect(rq, "/");
}

enum status print_tour_invitation(struct request *rq, struct reader *db, struct html *p)
{
	int64_t ended;

	TRY(store_integer(db, &TOUR_ENDED, PARAMS(V_INT(rq->actor.user_id)), &ended));
	if (ended)
		return STATUS_OK;
	html(p, "<section class=\"card welcome\"><h2>%s</h2><p>%s</p><div class=\"actions\"><a class=\"button\" href=\"/visite-guidee\">%s</a>",
		tr(p->language, TR("Première visite ?")),
		tr(p->language, TR("En deux minutes, faites le tour de ce que vous pouvez faire ici.")),
		tr(p->language, TR("Commencer la visite")));
	button_form(p, "/visite-guidee/fin", TR("Ne plus montrer"), NULL, TEXT_NONE);
	html(p, "</div></section>");
	return STATUS_OK;
}
