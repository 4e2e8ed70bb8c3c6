<?php

// Stock and prices of a shop in PHP: what has changed is pushed, each batch is read to its end; no packages of Composer.
//   php client.php [--broken=NAME] sync | export stock | reset

declare(strict_types=1);

require __DIR__ . '/../../../clients/php/batches.php';

const PRICES = ['salePrice', 'listPrice'];
const FIELDS = ['quantity', ...PRICES];

function pull(Run $run): void
{
    foreach (wants() as $want) {
        $row = $run->store['rows'][$want['barcode']] ?? ['barcode' => $want['barcode'], 'set' => [], 'state' => 'due'];
        save($run, ['want' => $want] + $row);
    }
    foreach (array_unique(array_column(rows_that_are($run, 'pending'), 'batch')) as $batch) {
        follow($run, $batch);
    }
    foreach (rows_that_are($run, 'unclear') as $row) {
        read_back($run, $row);
    }
    $rows = array_map(fn (array $row): ?array => row_due($run, $row), array_values($run->store['rows']));
    foreach (array_chunk(array_filter($rows), MOST_ITEMS, true) as $some) {
        send($run, $some);
    }
    // A batch that waits is no problem.
    require_done(array_column($run->store['rows'], 'state', 'barcode'), ['pushed', 'pending']);
}

function save(Run $run, array ...$rows): void
{
    foreach ($rows as $row) {
        $run->store['rows'][$row['barcode']] = $row;
    }
}

function rows_that_are(Run $run, string $state): array
{
    return array_filter($run->store['rows'], fn (array $row): bool => $row['state'] === $state);
}

/** A row with what is to be sent of it; null of one that waits, is as it is wanted, or cannot be. */
function row_due(Run $run, array $row): ?array
{
    if ($row['state'] === 'pending') {
        return null;
    }
    $sent = $run->own('item', $row['want'], $row['set']);
    $isTooMuch = ($sent['quantity'] ?? 0) > MOST_STOCK;
    $row = ['sent' => $sent, 'state' => $isTooMuch ? 'failed' : ($sent ? 'due' : 'pushed')] + $row;
    save($run, $row);
    return $row['state'] === 'due' ? $row : null;
}

/** What is wanted of a row and was not set yet; both prices where one changes. */
function item_of(array $want, array $set): array
{
    $differs = fn (string $name): bool => isset($want[$name]) && (float) $want[$name] !== (float) ($set[$name] ?? NAN);
    $names = array_filter(FIELDS, $differs);
    $names = array_intersect($names, PRICES) ? [...$names, ...PRICES] : $names;
    $values = array_intersect_key($want, array_flip($names));
    return array_map(fn (int|string $value): int|float => is_int($value) ? $value : (float) $value, $values);
}

/** Sends rows in one request; nobody knows what became of them until an answer says it. */
function send(Run $run, array $rows): void
{
    $items = array_map(fn (array $row): array => ['barcode' => $row['barcode']] + $run->own('written', $row['sent']), $rows);
    $stand = fn (array $facts) => save($run, ...array_values(array_map(fn (array $row): array => $facts + $row, $rows)));
    $stand(['state' => 'unclear']);
    try {
        $path = '/inventory/sellers/{seller}/products/price-and-inventory';
        $batch = push($run, 'POST', $path, $run->own('listed', $items));
    } catch (Lost) {
        return;
    } catch (Problem $problem) {
        // A body that was sent a moment ago may have been taken then.
        if (!preg_match('/15 (dakika|minutes)/', $problem->getMessage())) {
            $stand(['state' => $problem->passing ? 'due' : 'failed']);
        }
        if (in_array($problem->status, [401, 403], true)) {
            throw $problem;
        }
        return;
    }
    $stand(['state' => 'pending', 'batch' => $batch]);
    follow($run, $batch);
}

function follow(Run $run, string $batch): void
{
    $items = items_of_batch($run, $batch);
    $done = array_filter($items ?? [], fn (array $item): bool => $item['status'] === 'SUCCESS');
    $done = array_column(array_column($done, 'requestItem'), null, 'barcode');
    foreach ($items === null ? [] : rows_that_are($run, 'pending') as $row) {
        if ($row['batch'] === $batch) {
            $isDone = isset($done[$row['barcode']]);
            save($run, $items ? settled($row, $isDone) : ['state' => 'unclear'] + $row);
        }
    }
}

function settled(array $row, bool $isDone): array
{
    return $isDone
        ? ['state' => 'pushed', 'set' => $row['sent'] + $row['set']] + $row
        : ['state' => 'failed'] + $row;
}

/** What nobody can tell is looked up: it has what was sent, or it is sent again. */
function read_back(Run $run, array $row): void
{
    $path = '/product/sellers/{seller}/products/approved/inventory-and-price';
    $contents = $run->page($path, ['barcode' => $row['barcode']])['content'] ?? [];
    $variants = array_column(array_merge(...array_column($contents, 'variants')), null, 'barcode');
    $isSame = item_of($row['sent'], $variants[$row['barcode']] ?? []) === [];
    save($run, $isSame ? settled($row, true) : ['state' => 'due'] + $row);
}

/** @return iterable<array> what was set of each row, or what is wanted of it */
function stock(array $store): iterable
{
    foreach ($store['rows'] ?? [] as $row) {
        $values = array_intersect_key($row['set'] + $row['want'], array_flip(FIELDS), $row['want']);
        yield ['barcode' => $row['barcode'], 'state' => $row['state'] === 'due' ? 'pending' : $row['state']] + $values;
    }
}

$profile = [
    'pull' => pull(...),
    'keeps' => 'rows',
    'exports' => ['stock' => stock(...)],
    'right' => [
        'decode' => answer_of(...),
        'item' => item_of(...),
        'written' => fn (array $item): array => $item,
        'listed' => array_values(...),
    ],
];
main($profile, require __DIR__ . '/broken.php', array_slice($argv, 1));
