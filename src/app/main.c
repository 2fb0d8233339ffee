/* The program: finds the command and runs it. */
#include "base/secret.h"

int main(void)
{
	return secret_init() ? 0 : 1;
}
