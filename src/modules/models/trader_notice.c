/* The words for the trader. They hang on the lane alone: whether a profile, a check, the model or the draw led to it
 * does not show, nor which goods or figures drew attention. */
#include "modules/models/models.h"

const char *trader_notice(enum lane lane)
{
	switch (lane) {
	case LANE_RED:
		return TR("Les marchandises de cette déclaration seront visitées avant la mainlevée. Un contrôle ne met pas en cause "
			  "votre bonne foi : chaque déclaration peut y être appelée, y compris par tirage au sort.");
	case LANE_YELLOW:
		return TR("Les documents de cette déclaration seront vérifiés avant la mainlevée. Un contrôle ne met pas en cause "
			  "votre bonne foi : chaque déclaration peut y être appelée, y compris par tirage au sort.");
	case LANE_BLUE:
		return TR("La mainlevée est accordée. Gardez les documents de cette déclaration : ils peuvent être demandés après "
			  "coup, comme pour toute déclaration.");
	case LANE_GREEN:
	case LANE_COUNT:
		break;
	}
	return TR("Aucun contrôle n'est demandé pour cette déclaration. Gardez-en les documents, comme pour toute déclaration.");
}

const char *trader_notice_papers(enum lane lane)
{
	switch (lane) {
	case LANE_RED:
		return TR("À présenter : la déclaration, la facture, la liste de colisage, le titre de transport, les licences et "
			  "certificats qui s'appliquent. Les marchandises doivent être accessibles à la date convenue avec le bureau.");
	case LANE_YELLOW:
		return TR("À présenter : la déclaration, la facture, la liste de colisage, le titre de transport, les licences et "
			  "certificats qui s'appliquent.");
	case LANE_BLUE:
	case LANE_GREEN:
	case LANE_COUNT:
		break;
	}
	return "";
}
