<?php

use Illuminate\Database\Migrations\Migration;
use Illuminate\Database\Schema\Blueprint;
use Illuminate\Support\Facades\Schema;

return new class extends Migration
{
    public function up()
    {
        Schema::create('reports', function (Blueprint $table) {
            $table->id();
            $table->string('name');
            $table->unsignedInteger('pages');
            $table->timestamp('rendered_at');
        });
    }

    public function down()
    {
        Schema::dropIfExists('reports');
    }
};
