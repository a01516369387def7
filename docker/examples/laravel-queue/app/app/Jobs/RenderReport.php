<?php

namespace App\Jobs;

use Illuminate\Bus\Queueable;
use Illuminate\Contracts\Queue\ShouldQueue;
use Illuminate\Foundation\Bus\Dispatchable;
use Illuminate\Queue\InteractsWithQueue;
use Illuminate\Support\Facades\DB;
use Illuminate\Support\Facades\Log;

/** Takes a fifth of a second per page, says who has done it, and notes it in the database. */
class RenderReport implements ShouldQueue
{
    use Dispatchable, InteractsWithQueue, Queueable;

    public function __construct(public string $name, public int $pages)
    {
    }

    public function handle()
    {
        for ($page = 1; $page <= $this->pages; $page++) {
            usleep(200_000); // a signal ends this sleep, not the job
        }

        DB::table('reports')->insert(['name' => $this->name, 'pages' => $this->pages, 'rendered_at' => now()]);
        $user = posix_getpwuid(posix_geteuid())['name'];
        Log::info("report {$this->name}: {$this->pages} pages, rendered by $user, pid ".getmypid());
    }
}
