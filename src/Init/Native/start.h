// The functions of the C part that the rest, which is C#, calls (Libc.Start.cs).
#pragma once

#include <stdint.h>

// The environment as the kernel gave it: so many strings, one behind the other. `environ` shows only a part of it.
const char *init_environment(int *count);
char **init_arguments(int *count);

// The signal mask that we were started with; all that can be waited for is blocked since.
uint64_t init_inherited_mask(void);

// Main has begun: from here on a failure is not one of the start.
void init_has_started(void);

// Carries out `init exec STEP... -- PATH ARG0 ARG...` (exec.c). Never returns.
_Noreturn void init_exec(int count, char **words);
