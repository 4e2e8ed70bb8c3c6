<?php

// The broken variants: what each of them replaces in the right client.

declare(strict_types=1);

return [
    // Takes whatever is called İndirim or Kupon for a discount, cancelled or not.
    'cancels-as-discounts' => [
        'discount' => fn (array $row): int => preg_match('/^(İndirim|Kupon)/u', $row['transactionType'])
            ? whole($row['debt']) + whole($row['credit'])
            : 0,
    ],

    // What json_decode cannot read is null, and null has no rows.
    'unreadable-is-empty' => [
        'decode' => function (string $url, int $status, array $headers, string $body): array {
            $read = json_decode($body, true) ?? [];
            $token = $read['nextPageToken'] ?? null;
            return ['total' => $read['totalElements'] ?? 0, 'rows' => $read['content'] ?? [], 'token' => $token];
        },
    ],

    // Writes instants as time() gives them, in seconds.
    'instants-in-seconds' => [
        'instant' => fn (int $ms): int => intdiv($ms, 1000),
    ],
];
