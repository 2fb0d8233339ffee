#ifndef VIGIE_ENGINE_RANKING_H
#define VIGIE_ENGINE_RANKING_H
/* In which order to control: a mixture of how probable an irregularity is and of how much duty is at stake. */

struct ranking {
	double weight; /* of the duty: 0 ranks by probability alone, 1 by expected duty */
	double cap; /* duty beyond it counts no more, so that one large consignment does not hide all others */
};
/* probability × ((1 - weight) + weight × min(duty, cap) ÷ cap). A missing or negative duty is none; NAN without a
 * probability. */
double ranking_priority(const struct ranking *ranking, double probability, double duty);

#endif
