<?php

// The broken variants: what each of them replaces in the right client.

declare(strict_types=1);

return [
    // A variable that still refers to the last item is written to by the next loop: the last but one is there twice.
    'reference-in-a-loop' => [
        'rows' => function (array $items): array {
            foreach ($items as &$item) {
                $item['status'] = $item['claimItemStatus']['name'];
            }
            $waiting = 0;
            foreach ($items as $item) {
                $waiting += $item['status'] === 'WaitingInAction';
            }
            return $items;
        },
    ],

    // The time of PHP has seconds, that of the vendor milliseconds.
    'a-day-in-seconds' => [
        'is_last_day' => fn (int $endsMs, int $nowMs): bool => intdiv($endsMs - $nowMs, 1000) < DAY_MS,
    ],

    // An exception that nobody looks at.
    'caught-and-forgotten' => [
        'decide' => function (Run $run, ?array $item, array $want): string {
            $state = state_of($run, $item, $want);
            if ($state !== 'open') {
                return $state;
            }
            try {
                send($run, $item, $want);
            } catch (Exception) {
            }
            return 'done';
        },
    ],
];
