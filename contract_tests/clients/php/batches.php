<?php

// What clients that write in batches share: items are sent once, and each batch is looked at until it is done.

declare(strict_types=1);

require __DIR__ . '/client.php';

const MOST_ITEMS = 1000;
const MOST_STOCK = 20_000;
const LOOKS = 10;
const PAUSE_S = 1.0;

/** Sends items once, and gives the id of their batch. */
function push(Run $run, string $method, string $path, array $items): string
{
    $takes = fn (string $text): bool => isset(json_decode($text, true)['batchRequestId']);
    return json_decode($run->write($method, $path, ['items' => $items], $takes), true)['batchRequestId'];
}

/** The items of a batch that is done; none of one that nobody knows any more, null while it is in progress. */
function items_of_batch(Run $run, string $batch): ?array
{
    for ($look = 0; $look < LOOKS; $look++) {
        pause($look ? PAUSE_S : 0.0);
        $items = read_unless_gone($run, "/product/sellers/{seller}/products/batch-requests/$batch")['items'] ?? [];
        if (!in_array('IN_PROGRESS', array_column($items, 'status'), true)) {
            return $items;
        }
    }
    return null;
}

function read_unless_gone(Run $run, string $path): array
{
    try {
        return $run->page($path, []);
    } catch (Problem $problem) {
        return $problem->status === 404 ? [] : throw $problem;
    }
}

/** The JSON of an answer, or a problem. */
function answer_of(string $url, int $status, array $headers, string $body): array
{
    $read = document($url, $status, $headers, $body);
    return is_array($read) ? $read : throw new Problem("$url: 200 without JSON in it", passing: true);
}
