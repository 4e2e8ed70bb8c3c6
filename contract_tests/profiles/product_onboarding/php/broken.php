<?php

// The broken variants: what each of them replaces in the right client.

declare(strict_types=1);

return [
    // What is UTF-8 already is taken for Latin-1, as utf8_encode does.
    'utf8-twice' => [
        'text' => fn (string $text): string => iconv('ISO-8859-1', 'UTF-8', $text),
    ],

    // array_search gives 0 for the first, and 0 is false.
    'first-is-false' => [
        'place' => fn (string $name, array $values): ?int => place_of($name, $values) ?: null,
    ],
];
