#ifndef VIGIE_NOTIFICATIONS_NOTIFICATIONS_H
#define VIGIE_NOTIFICATIONS_NOTIFICATIONS_H
/* The bell's page, each person's choice of channels, and what became of letters. Other modules tell people with
 * notification_send() of domain/notification.h. */
#include "web/module.h"

extern const struct module notifications_module;

#endif
