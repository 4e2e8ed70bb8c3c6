<?php

// The broken variants: what each of them replaces in the right client.

declare(strict_types=1);

return [
    // Writes instants as time() gives them, in seconds.
    'orders-in-seconds' => [
        'instant' => fn (int $ms): int => intdiv($ms, 1000),
    ],

    // Asks for packages that are Created alone.
    'created-only' => [
        'filter' => fn (): array => ['status' => 'Created'],
    ],
];
