<?php

return [
    // where `artisan queue:restart` leaves its word for the workers
    'default' => 'redis',
    'stores' => ['redis' => ['driver' => 'redis', 'connection' => 'default']],
    'prefix' => 'reports_cache',
];
