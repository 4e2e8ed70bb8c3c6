<?php

// The broken variants: what each of them replaces in the right client.

declare(strict_types=1);

return [
    // Looks for the header in one case; keys of arrays have one, names of headers have none.
    'header-by-its-case' => [
        'knows' => fn (array $lines, string $key): bool => in_array("X-Api-Key: $key", array_map(trim(...), $lines), true),
    ],

    // A match without a default is an error where no arm matches.
    'match-without-default' => [
        'noted' => fn (array $row): array => $row + ['label' => match ($row['status']) {
            'Awaiting' => 'Bekliyor',
            'Created' => 'Yeni',
            'Picking', 'Invoiced' => 'Hazırlanıyor',
            'Shipped', 'AtCollectionPoint' => 'Yolda',
            'Delivered', 'Verified' => 'Teslim edildi',
            'UnDelivered', 'Returned' => 'Geri geldi',
            'Cancelled', 'UnSupplied', 'UnPacked' => 'İptal',
        }],
    ],

    // array_merge numbers its rows anew where their keys are numbers: what was told comes beside what was read.
    'merged-by-place' => [
        'joined' => fn (array $packages, array $rows): array => array_merge($packages, array_column($rows, null, KEY)),
    ],
];
