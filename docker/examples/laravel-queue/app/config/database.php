<?php

return [
    'default' => 'sqlite',
    'connections' => [
        // a volume there keeps it
        'sqlite' => ['driver' => 'sqlite', 'database' => storage_path('app/reports.sqlite')],
    ],
    'migrations' => 'migrations',
    'redis' => [
        'client' => 'phpredis',
        'default' => [
            'host' => env('REDIS_HOST', '127.0.0.1'),
            'port' => env('REDIS_PORT', '6379'),
            'database' => '0',
        ],
    ],
];
