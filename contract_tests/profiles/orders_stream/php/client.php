<?php

// The packages of the last weeks by the stream in PHP: windows of two weeks; no packages of Composer.
//   php client.php [--broken=NAME] sync | export orders | reset

declare(strict_types=1);

require __DIR__ . '/../../../clients/php/packages.php';

function pull(Run $run): void
{
    $from = $run->nowMs - SPAN_MS;
    $packages = $run->store['packages'] ?? [];
    // Windows share their edges, so that no instant falls between two.
    for ($start = $from; $start < $run->nowMs; $start += WINDOW_MS) {
        $end = min($start + WINDOW_MS, $run->nowMs);
        $query = ['lastModifiedStartDate' => $start, 'lastModifiedEndDate' => $end, 'size' => SIZE];
        foreach (read_at_rest(fn (): array => read_stream($run, $query)) as $row) {
            $packages[$run->own('key', $row)] = $row;
        }
    }
    $run->store['packages'] = $packages;
    $run->store['from'] = $from;
}

/** A stream is followed to its end; one whose cursor is refused is begun again. */
function read_stream(Run $run, array $query): array
{
    $rows = [];
    $cursor = [];
    do {
        pause($run->pauseS);
        try {
            $answer = $run->page('/order/sellers/{seller}/orders/stream', $query + $cursor);
        } catch (Problem $problem) {
            throw $problem->status === 400 ? new Moved('the cursor was refused') : $problem;
        }
        $rows = [...$rows, ...$answer['content']];
        $cursor = ['nextCursor' => $answer['nextCursor']];
    } while ($run->own('goes_on', $answer));
    return $rows;
}

/** An answer of the stream, or a problem. */
function answer_of(string $url, int $status, array $headers, string $body): array
{
    $read = document($url, $status, $headers, $body);
    if (!is_array($read['content'] ?? null) || !is_bool($read['hasMore'] ?? null)) {
        throw new Problem("$url: 200 without an answer of the stream in it", passing: true);
    }
    return $read;
}

$profile = [
    'pull' => pull(...),
    'exports' => ['orders' => orders(...)],
    'right' => [
        'key' => fn (array $row): string => (string) $row[KEY],
        'goes_on' => fn (array $answer): bool => $answer['hasMore'],
        'decode' => answer_of(...),
    ],
];
main($profile, require __DIR__ . '/broken.php', array_slice($argv, 1));
