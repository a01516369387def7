<?php

return [
    'default' => 'redis',
    'connections' => [
        'redis' => [
            'driver' => 'redis',
            'connection' => 'default',
            'queue' => 'default',
            'retry_after' => 90, // more than the worker's --timeout
        ],
    ],
    'failed' => ['driver' => 'null'], // the log has them
];
