<?php

// Products brought into a listing in PHP: names looked up, created, each batch read to its end; no packages of Composer.
//   php client.php [--broken=NAME] sync | export onboarding | reset

declare(strict_types=1);

require __DIR__ . '/../../../clients/php/batches.php';
require __DIR__ . '/items.php';

const MOST_BARCODES = 50;
const SIZE = 100;
const DAY_MS = 86_400_000;
const PRODUCTS = '/product/sellers/{seller}/products';
// The method and the address of each write.
const WRITES = [
    'create' => ['POST', '/product/sellers/{seller}/v2/products'],
    'change' => ['POST', PRODUCTS . '/unapproved-bulk-update'],
    'change content' => ['POST', PRODUCTS . '/content-bulk-update'],
    'archive' => ['PUT', PRODUCTS . '/archive-state'],
    'bring back' => ['PUT', PRODUCTS . '/archive-state'],
    'delete' => ['DELETE', PRODUCTS],
];
const UNKNOWN = ['batch' => null, 'unclear' => false, 'failed_want' => null, 'asked_title' => null, 'at' => null];
const WAITING = ['pending', 'rejected'];
const GRAVEST_FIRST = ['blacklisted', 'archived', 'locked'];

function pull(Run $run): void
{
    foreach (wants() as $want) {
        $earlier = ($run->store['rows'][$want['barcode']] ?? []) + UNKNOWN;
        save($run, ['barcode' => $want['barcode'], 'want' => $want, 'created' => false] + $earlier);
    }
    follow_all($run);
    look_around($run);
    $due = [];
    foreach ($run->store['rows'] as $row) {
        $due[next_write($row, $run->nowMs) ?? ''][] = $row;
    }
    unset($due['']);
    foreach ($due as $write => $rows) {
        foreach (array_chunk($rows, MOST_ITEMS) as $some) {
            send($run, $write, $some);
        }
    }
    if ($due) {
        follow_all($run);
        look_around($run);
    }
    $problems = array_filter(array_map(problem_of(...), array_column($run->store['rows'], null, 'barcode')));
    require_done($problems);
}

function save(Run $run, array $row): void
{
    $run->store['rows'][$row['barcode']] = $row;
}

/** The write that brings a product nearer to what is wanted; null where it waits, or is there. */
function next_write(array $row, int $nowMs): ?string
{
    ['want' => $want, 'at' => $at] = $row;
    if ($row['batch'] !== null || has_failed($row)) {
        return null;
    }
    $waits = in_array($at['state'] ?? '', WAITING, true);
    if ($want['wanted'] === 'listed') {
        return match (true) {
            $at === null => 'create',
            $at['state'] === 'archived' => 'bring back',
            $at['title'] === $want['title'] => null,
            $waits => 'change',
            default => $row['asked_title'] === $want['title'] ? null : 'change content',
        };
    }
    $isToGo = $want['wanted'] === 'deleted';
    return match (true) {
        $at === null => null,
        $waits => $isToGo ? 'delete' : null,
        $at['archived_ms'] === null => 'archive',
        default => $isToGo && $nowMs - $at['archived_ms'] > DAY_MS ? 'delete' : null,
    };
}

function item_of(Run $run, string $write, array $row): array
{
    $want = $row['want'];
    return match ($write) {
        'create' => new_item($run, $want),
        'change' => changed_item($run, $want),
        'change content' => ['contentId' => $row['at']['contentId'], 'title' => $run->own('text', $want['title'])],
        'archive' => ['barcode' => $want['barcode'], 'archived' => true],
        'bring back' => ['barcode' => $want['barcode'], 'archived' => false],
        'delete' => ['barcode' => $want['barcode']],
    };
}

/** Sends rows in one request; nobody knows what became of them until an answer says it. */
function send(Run $run, string $write, array $rows): void
{
    [$items, $sent] = [[], []];
    foreach ($rows as $row) {
        $want = json_encode($row['want'], JSON);
        try {
            $items[] = $item = item_of($run, $write, $row);
            $sent[] = ['write' => $write, 'sent_code' => code_of($item), 'sent_want' => $want, 'unclear' => true] + $row;
        } catch (Unknown) {
            save($run, ['failed_want' => $want] + $row);
        }
    }
    if ($items) {
        send_items($run, $write, $items, $sent);
    }
}

function send_items(Run $run, string $write, array $items, array $rows): void
{
    foreach ($rows as $row) {
        save($run, $row);
    }
    try {
        $batch = push($run, ...WRITES[$write], items: $items);
        foreach ($rows as $row) {
            $asked = $write === 'change content' ? ['asked_title' => $row['want']['title']] : [];
            save($run, ['batch' => $batch, 'unclear' => false] + $asked + $row);
        }
    } catch (Lost) {
        return;
    } catch (Problem $problem) {
        $isLockedOut = in_array($problem->status, [401, 403], true);
        foreach ($rows as $row) {
            $failed = $problem->passing || $isLockedOut ? [] : ['failed_want' => $row['sent_want']];
            save($run, ['unclear' => false] + $failed + $row);
        }
        if ($isLockedOut) {
            throw $problem;
        }
    }
}

function follow_all(Run $run): void
{
    foreach (array_unique(array_filter(array_column($run->store['rows'], 'batch'))) as $batch) {
        $items = items_of_batch($run, $batch);
        $done = array_filter($items ?? [], fn (array $item): bool => $item['status'] === 'SUCCESS');
        $done = array_map(code_of(...), array_column($done, 'requestItem'));
        foreach ($items === null ? [] : $run->store['rows'] as $row) {
            if ($row['batch'] === $batch) {
                $isDone = in_array($row['sent_code'], $done, true);
                save($run, $items ? settled($row, $isDone) : ['unclear' => true, 'batch' => null] + $row);
            }
        }
    }
}

function settled(array $row, bool $isDone): array
{
    $facts = $isDone ? ['created' => $row['write'] === 'create'] : ['failed_want' => $row['sent_want']];
    return ['batch' => null, 'unclear' => false] + $facts + $row;
}

/** What an item is about: a barcode, of changes of contents the content. */
function code_of(array $item): string
{
    return (string) ($item['barcode'] ?? $item['contentId']);
}

/** Where each product stands: what waits first, so that one that is approved meanwhile is in one list at least. */
function look_around(Run $run): void
{
    $at = [];
    foreach (array_chunk(array_column($run->store['rows'], 'barcode'), MOST_BARCODES) as $some) {
        foreach (listed($run, 'unapproved', $some) as $row) {
            $state = $row['status'] === 'rejected' ? 'rejected' : 'pending';
            $at[$row['barcode']] = ['state' => $state, 'contentId' => null, 'title' => $row['title'], 'archived_ms' => null];
        }
        foreach (listed($run, 'approved', $some) as $content) {
            foreach ($content['variants'] as $variant) {
                $at[$variant['barcode']] = [
                    'state' => current(array_filter(GRAVEST_FIRST, fn (string $name): bool => $variant[$name])) ?: 'approved',
                    'contentId' => $content['contentId'],
                    'title' => $content['title'],
                    'archived_ms' => $variant['archivedDate'] ?? null,
                ];
            }
        }
    }
    foreach ($run->store['rows'] as $row) {
        save($run, with_title_settled($run, ['at' => $at[$row['barcode']] ?? null] + $row));
    }
}

function listed(Run $run, string $list, array $barcodes): array
{
    $rows = [];
    $where = ['page' => 0];
    do {
        $query = ['barcodes' => implode(',', $barcodes), 'size' => SIZE] + $where;
        $page = $run->page(PRODUCTS . "/$list", $query);
        $rows = [...$rows, ...$page['content']];
        $where = ['nextPageToken' => $page['nextPageToken'] ?? null];
    } while ($page['content'] && $where['nextPageToken'] !== null);
    return $rows;
}

/** A title that people have refused fails; what is there as it is wanted has not failed, whatever was said before. */
function with_title_settled(Run $run, array $row): array
{
    ['want' => $want, 'at' => $at] = $row;
    if ($at === null || $at['state'] === 'archived' || $want['wanted'] !== 'listed') {
        return $row;
    }
    if ($at['title'] === $want['title']) {
        return ['failed_want' => null] + $row;
    }
    if ($at['contentId'] === null || $row['batch'] !== null || $row['asked_title'] !== $want['title']) {
        return $row;
    }
    $audits = $run->page(PRODUCTS . "/{$at['contentId']}/update-audits", [])['content'];
    $updates = array_merge(...array_column($audits, 'updates'));
    $update = array_column(array_reverse($updates), null, 'changedTitle')[$want['title']] ?? [];
    return ($update['status'] ?? '') === 'FAIL' ? ['failed_want' => json_encode($want, JSON)] + $row : $row;
}

function has_failed(array $row): bool
{
    return $row['failed_want'] === json_encode($row['want'], JSON);
}

/** What is known of a product: where the lists show it, or why it is not there. */
function state_of(array $row): string
{
    return match (true) {
        $row['batch'] !== null => 'pending',
        has_failed($row) => 'failed',
        $row['at'] !== null => $row['at']['state'],
        $row['want']['wanted'] === 'deleted' => 'deleted',
        $row['created'] => 'created',
        default => $row['unclear'] ? 'unclear' : 'pending',
    };
}

/** The state of a product that is not as it is wanted; nothing of one that waits, or is there. */
function problem_of(array $row): ?string
{
    $state = state_of($row);
    $isProblem = match ($state) {
        'failed', 'rejected', 'unclear' => true,
        'archived' => $row['want']['wanted'] === 'listed',
        'pending' => $row['batch'] === null && $row['at'] === null,
        default => false,
    };
    return $isProblem ? $state : null;
}

function onboarding(array $store): iterable
{
    foreach ($store['rows'] ?? [] as $row) {
        yield [
            'barcode' => $row['barcode'],
            'state' => state_of($row),
            'contentId' => $row['at']['contentId'] ?? null,
        ];
    }
}

$profile = [
    'pull' => pull(...),
    'keeps' => ['rows', 'answers'],
    'exports' => ['onboarding' => onboarding(...)],
    'right' => ['decode' => answer_of(...), 'place' => place_of(...), 'text' => fn (string $text): string => $text],
];
main($profile, require __DIR__ . '/broken.php', array_slice($argv, 1));
