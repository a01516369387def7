<?php
// A worker answers one request after the other; between two of them it keeps nothing but its process.
$end = microtime(true) + (int)($_GET['ms'] ?? 0) / 1000;
while (microtime(true) < $end)
    usleep(1000);
header('Content-Type: text/plain');
printf("PHP %s, worker %d, user %s\n", PHP_VERSION, getmypid(), posix_getpwuid(posix_geteuid())['name']);
