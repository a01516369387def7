<?php

use App\Jobs\RenderReport;
use Illuminate\Support\Facades\Artisan;

Artisan::command('report {name*} {--pages=5}', function (array $name) {
    foreach ($name as $each) {
        RenderReport::dispatch($each, (int) $this->option('pages'));
    }
    $this->info(count($name).' dispatched');
})->purpose('Queue the rendering of reports');
