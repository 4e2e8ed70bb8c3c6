<?php

// The broken variants: what each of them replaces in the right client.

declare(strict_types=1);

return [
    // What was done once is done for ever.
    'done-for-ever' => [
        'wants' => fn (array $wants, array $store): array => array_filter(
            $wants,
            fn (array $want): bool => ($store['states']["{$want['orderNumber']} {$want['action']}"]['state'] ?? '') !== 'done',
        ),
    ],

    // The wanted status, without those before it.
    'invoices-at-once' => [
        'statuses' => fn (string $from, string $to): array => array_slice(statuses($from, $to), -1),
    ],
];
