/* Titles of the chapters and sections of the Harmonized System, short and in our own words: for reading lists and
 * pages, without legal force. */
#include "modules/reference/reference.h"

const struct hs_chapter hs_chapters[] = {
	{1, 1, TR("Animaux vivants")},
	{2, 1, TR("Viandes et abats")},
	{3, 1, TR("Poissons, crustacés et mollusques")},
	{4, 1, TR("Lait, produits laitiers, œufs et miel")},
	{5, 1, TR("Autres produits d'animaux")},
	{6, 2, TR("Plantes vivantes et fleurs")},
	{7, 2, TR("Légumes, racines et tubercules")},
	{8, 2, TR("Fruits et noix comestibles")},
	{9, 2, TR("Café, thé, maté et épices")},
	{10, 2, TR("Céréales")},
	{11, 2, TR("Farines, malt, amidons et fécules")},
	{12, 2, TR("Graines et fruits oléagineux, semences, fourrages")},
	{13, 2, TR("Gommes, résines et extraits végétaux")},
	{14, 2, TR("Matières à tresser et autres produits végétaux")},
	{15, 3, TR("Graisses, huiles et cires animales ou végétales")},
	{16, 4, TR("Conserves de viande, de poisson et d'insectes")},
	{17, 4, TR("Sucres et sucreries")},
	{18, 4, TR("Cacao et chocolat")},
	{19, 4, TR("Préparations de céréales, pâtes et pâtisseries")},
	{20, 4, TR("Conserves de légumes et de fruits, jus")},
	{21, 4, TR("Préparations alimentaires diverses")},
	{22, 4, TR("Boissons, alcools et vinaigres")},
	{23, 4, TR("Résidus alimentaires et aliments pour animaux")},
	{24, 4, TR("Tabacs et produits à inhaler")},
	{25, 5, TR("Sel, soufre, pierres, chaux et ciments")},
	{26, 5, TR("Minerais, scories et cendres")},
	{27, 5, TR("Combustibles, pétrole et bitumes")},
	{28, 6, TR("Chimie minérale et éléments radioactifs")},
	{29, 6, TR("Chimie organique")},
	{30, 6, TR("Produits pharmaceutiques")},
	{31, 6, TR("Engrais")},
	{32, 6, TR("Colorants, peintures, vernis, mastics et encres")},
	{33, 6, TR("Huiles essentielles, parfums et cosmétiques")},
	{34, 6, TR("Savons, détergents, cires et bougies")},
	{35, 6, TR("Protéines, colles et enzymes")},
	{36, 6, TR("Explosifs, articles de feu d'artifice et allumettes")},
	{37, 6, TR("Produits pour la photographie et le cinéma")},
	{38, 6, TR("Produits chimiques divers")},
	{39, 7, TR("Matières plastiques et ouvrages")},
	{40, 7, TR("Caoutchouc et pneumatiques")},
	{41, 8, TR("Peaux brutes et cuirs")},
	{42, 8, TR("Maroquinerie, sellerie et articles de voyage")},
	{43, 8, TR("Fourrures")},
	{44, 9, TR("Bois, charbon de bois et ouvrages en bois")},
	{45, 9, TR("Liège")},
	{46, 9, TR("Vannerie et sparterie")},
	{47, 10, TR("Pâtes à papier et vieux papiers")},
	{48, 10, TR("Papiers, cartons et ouvrages")},
	{49, 10, TR("Livres, journaux et imprimés")},
	{50, 11, TR("Soie")},
	{51, 11, TR("Laine, poils et crin")},
	{52, 11, TR("Coton")},
	{53, 11, TR("Autres fibres végétales et fils de papier")},
	{54, 11, TR("Filaments synthétiques ou artificiels")},
	{55, 11, TR("Fibres synthétiques ou artificielles discontinues")},
	{56, 11, TR("Ouates, feutres, non-tissés, ficelles et cordages")},
	{57, 11, TR("Tapis")},
	{58, 11, TR("Tissus spéciaux, dentelles et broderies")},
	{59, 11, TR("Tissus enduits et textiles techniques")},
	{60, 11, TR("Étoffes de bonneterie")},
	{61, 11, TR("Vêtements en bonneterie")},
	{62, 11, TR("Vêtements autres qu'en bonneterie")},
	{63, 11, TR("Linge, autres articles textiles et friperie")},
	{64, 12, TR("Chaussures")},
	{65, 12, TR("Chapeaux et coiffures")},
	{66, 12, TR("Parapluies, cannes et fouets")},
	{67, 12, TR("Plumes, fleurs artificielles et cheveux")},
	{68, 13, TR("Ouvrages en pierre, plâtre, ciment ou mica")},
	{69, 13, TR("Céramique")},
	{70, 13, TR("Verre et ouvrages en verre")},
	{71, 14, TR("Perles, pierres gemmes, métaux précieux, bijoux et monnaies")},
	{72, 15, TR("Fonte, fer et acier")},
	{73, 15, TR("Ouvrages en fonte, fer ou acier")},
	{74, 15, TR("Cuivre et ouvrages")},
	{75, 15, TR("Nickel et ouvrages")},
	{76, 15, TR("Aluminium et ouvrages")},
	{77, 15, TR("Chapitre réservé")},
	{78, 15, TR("Plomb et ouvrages")},
	{79, 15, TR("Zinc et ouvrages")},
	{80, 15, TR("Étain et ouvrages")},
	{81, 15, TR("Autres métaux communs")},
	{82, 15, TR("Outils, coutellerie et couverts")},
	{83, 15, TR("Serrurerie et ouvrages divers en métal")},
	{84, 16, TR("Machines, appareils mécaniques et ordinateurs")},
	{85, 16, TR("Appareils électriques et électroniques")},
	{86, 17, TR("Matériel ferroviaire et conteneurs")},
	{87, 17, TR("Automobiles, tracteurs, cycles et leurs pièces")},
	{88, 17, TR("Aéronefs et engins spatiaux")},
	{89, 17, TR("Navires et bateaux")},
	{90, 18, TR("Instruments d'optique, de mesure et de médecine")},
	{91, 18, TR("Horlogerie")},
	{92, 18, TR("Instruments de musique")},
	{93, 19, TR("Armes et munitions")},
	{94, 20, TR("Meubles, literie, luminaires et constructions préfabriquées")},
	{95, 20, TR("Jouets, jeux et articles de sport")},
	{96, 20, TR("Articles manufacturés divers")},
	{97, 21, TR("Objets d'art, de collection et d'antiquité")},
	{0, 0, NULL},
};

static const char *const sections[] = {
	NULL,
	TR("Animaux vivants et produits animaux"),
	TR("Produits végétaux"),
	TR("Graisses et huiles"),
	TR("Aliments préparés, boissons et tabacs"),
	TR("Produits minéraux"),
	TR("Produits chimiques"),
	TR("Plastiques et caoutchouc"),
	TR("Cuirs, peaux et fourrures"),
	TR("Bois, liège et vannerie"),
	TR("Papier et imprimés"),
	TR("Textiles et vêtements"),
	TR("Chaussures, coiffures et parapluies"),
	TR("Pierre, céramique et verre"),
	TR("Pierres gemmes et métaux précieux"),
	TR("Métaux communs"),
	TR("Machines et matériel électrique"),
	TR("Matériel de transport"),
	TR("Instruments de précision, horlogerie et musique"),
	TR("Armes et munitions"),
	TR("Marchandises et produits divers"),
	TR("Objets d'art et d'antiquité"),
};
enum { SECTION_COUNT = sizeof sections / sizeof *sections - 1 };

static const struct hs_chapter *chapter_of(struct text hs)
{
	int number;

	if (hs.size < 2 || hs.data[0] < '0' || hs.data[0] > '9' || hs.data[1] < '0' || hs.data[1] > '9')
		return NULL;
	number = 10 * (hs.data[0] - '0') + (hs.data[1] - '0');
	return number >= 1 && number <= 97 ? &hs_chapters[number - 1] : NULL;
}

const char *hs_chapter_title(struct text hs)
{
	const struct hs_chapter *chapter = chapter_of(hs);

	return chapter ? chapter->title : NULL;
}

const char *hs_section_title(int section)
{
	return section >= 1 && section <= (int)SECTION_COUNT ? sections[section] : NULL;
}

int hs_section_of(struct text hs)
{
	const struct hs_chapter *chapter = chapter_of(hs);

	return chapter ? chapter->section : 0;
}
