<?php

// The broken variants: what each of them replaces in the right client.

declare(strict_types=1);

return [
    // Knows a package by its order, and loses the other packages of it.
    'packages-by-order' => [
        'key' => fn (array $row): string => $row['orderNumber'],
    ],

    // Takes an answer without packages for the last one.
    'stops-when-empty' => [
        'goes_on' => fn (array $answer): bool => $answer['content'] !== [] && $answer['hasMore'],
    ],
];
