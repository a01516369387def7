<?php
// A worker answers one request after the other; between two of them it keeps nothing but its process.
usleep(1000 * (int)($_GET['ms'] ?? 0));
header('Content-Type: text/plain');
printf("PHP %s, worker %d, user %s\n", PHP_VERSION, getmypid(), get_current_user());
