<?php

// The broken variants: what each of them replaces in the right client.

declare(strict_types=1);

return [
    // strlen counts bytes; a Turkish letter has two.
    'bytes-for-characters' => [
        'length' => strlen(...),
    ],

    // A day without its time is its first moment, and this day is never read.
    'up-to-a-date' => [
        'end' => fn (int $nowMs): int => strtotime(date('Y-m-d', intdiv($nowMs, 1000))) * 1000,
    ],
];
