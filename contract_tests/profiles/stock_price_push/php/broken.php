<?php

// The broken variants: what each of them replaces in the right client.

declare(strict_types=1);

return [
    // array_filter without a function takes away whatever is empty, and 0 is.
    'zero-is-empty' => [
        'item' => fn (array $want, array $set): array => array_filter(item_of($want, $set)),
    ],

    // Prices are cut to cents: binary fractions hold 19.99 as a little less.
    'cents-cut-off' => [
        'written' => fn (array $item): array => array_map(
            fn (int|float $value): int|float => is_int($value) ? $value : intval($value * 100) / 100,
            $item,
        ),
    ],

    // What array_filter leaves has gaps in its keys, and json_encode makes an object of it.
    'list-with-gaps' => [
        'listed' => fn (array $items): array => $items,
    ],
];
