<?php

return [
    'default' => 'stderr',
    'channels' => [
        // which redirect_stderr=true joins to the worker's own lines
        'stderr' => ['driver' => 'monolog', 'handler' => Monolog\Handler\StreamHandler::class, 'with' => ['stream' => 'php://stderr']],
    ],
];
