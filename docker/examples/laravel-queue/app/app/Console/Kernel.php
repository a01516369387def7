<?php

namespace App\Console;

use Illuminate\Console\Scheduling\Schedule;
use Illuminate\Foundation\Console\Kernel as ConsoleKernel;
use Illuminate\Support\Facades\DB;
use Illuminate\Support\Facades\Log;

class Kernel extends ConsoleKernel
{
    protected function schedule(Schedule $schedule)
    {
        $schedule->call(fn () => Log::info('so far '.DB::table('reports')->sum('pages').' pages of '.DB::table('reports')->count().' reports'))
            ->everyMinute()
            ->name('so far');
    }

    protected function commands()
    {
        require base_path('routes/console.php');
    }
}
