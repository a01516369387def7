<?php

// Debian's packages of the framework and of what it needs, in the place of vendor/autoload.php.
require_once 'Illuminate/autoload.php';

// App\Jobs\RenderReport is app/Jobs/RenderReport.php.
spl_autoload_register(function (string $class) {
    $file = dirname(__DIR__).'/'.lcfirst(strtr($class, '\\', '/')).'.php';
    if (str_starts_with($class, 'App\\') && is_file($file)) {
        require $file;
    }
});
