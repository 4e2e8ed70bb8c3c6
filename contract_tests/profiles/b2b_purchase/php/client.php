<?php

// Purchases through the cross-dock gateway in PHP: one request a vendorRef, no second one on suspicion.
//   php client.php [--broken=NAME] sync | export orders | reset

declare(strict_types=1);

require __DIR__ . '/../../../clients/php/client.php';
require __DIR__ . '/gateway.php';

// Something is reserved, or as much of it as there was.
const REACHED = ['reserved', 'short'];
// Not asked for yet, or known not to have been done; what was refused is offered again by a later run.
const TO_DO = ['', 'pending', 'refused'];
const LOCKED_OUT = [401, 403];
const EXPORTED = [
    'vendorRef', 'barcode', 'requestedQuantity', 'reservedQuantity', 'cancelledQuantity', 'requestNumber', 'state',
];

// What a client does its own way; a broken one replaces some of it.
$right = [
    'is_undone' => fn (Problem $problem): bool => in_array($problem->status, SLOWED, true),
    'reserved' => fn (array $item): int => min($item['availableQuantity'], $item['requestedQuantity']),
];

function pull(Run $run): void
{
    $gateway = new Gateway(getenv(), $run);
    follow_packages($run, $gateway);
    $problems = [];
    foreach (lines_by_reference(wants()) as $reference => $lines) {
        foreach (sync_purchase($run, $gateway, $lines) as $problem) {
            $problems[] = "$reference: $problem";
        }
    }
    if ($problems) {
        throw new Problem(implode("\n", $problems));
    }
}

function lines_by_reference(array $wants): array
{
    $lines = [];
    foreach ($wants as $want) {
        $lines[$want['vendorRef']][] = $want;
    }
    return $lines;
}

/** Asks for the packages of earlier purchases; there are none before the cut-off. */
function follow_packages(Run $run, Gateway $gateway): void
{
    $packages = [];
    foreach ($run->store['orders'] ?? [] as $key => $row) {
        if (in_array($row['state'], REACHED, true) && $row['reservedQuantity'] && !($row['packages'] ?? [])) {
            $number = $row['requestNumber'];
            $packages[$number] ??= array_column($gateway->read("/v2/offers/$number/B2Bs"), 'b2BId');
            $run->store['orders'][$key]['packages'] = $packages[$number];
        }
    }
}

/** Does what the lines of one purchase still ask for, and says what is wrong with it. */
function sync_purchase(Run $run, Gateway $gateway, array $lines): array
{
    $problems = [];
    $toBuy = [];
    foreach ($lines as $want) {
        $row = $run->store['orders'][key_of($want)] ?? [];
        $state = $row['state'] ?? '';
        if (!$want['quantity']) {
            $problems[] = in_array($state, [...REACHED, 'unclear'], true) ? give_back($run, $gateway, $row) : '';
        } elseif (in_array($state, TO_DO, true)) {
            $toBuy[] = $want;
        } elseif ($state === 'unclear') {
            $problems[] = 'unclear whether it is reserved: an answer was lost';
        }
    }
    if ($toBuy) {
        $problems[] = buy($run, $gateway, $toBuy);
    }
    return array_filter($problems);
}

/** Orders the lines of one purchase and keeps what became of each: all, a part of it, or nothing. */
function buy(Run $run, Gateway $gateway, array $lines): string
{
    $rows = array_map(
        fn (array $want): array => [
            'vendorRef' => $want['vendorRef'],
            'barcode' => $want['barcode'],
            'requestedQuantity' => $want['quantity'],
        ],
        $lines,
    );
    // Kept before it is sent: a run that ends in between must not order again.
    keep($run, $rows, ['state' => 'unclear']);
    $items = array_map(
        fn (array $row): array => ['barcode' => $row['barcode'], 'requestedQuantity' => $row['requestedQuantity']],
        $rows,
    );
    $query = http_build_query(['vendorRef' => $lines[0]['vendorRef']]);
    try {
        $answer = $gateway->write("/v2/offers/{$gateway->buyer}/items?$query", $items);
        keep_answer($run, $rows, $answer);
    } catch (Lost $lost) {
        return 'unclear whether it is reserved: ' . $lost->getMessage();
    } catch (Problem $problem) {
        $isLocked = in_array($problem->status, LOCKED_OUT, true);
        $state = $problem->passing || $isLocked ? 'pending' : 'refused';
        keep($run, $rows, ['state' => $state, 'reservedQuantity' => 0]);
        return $isLocked ? throw $problem : $problem->getMessage();
    }
    return '';
}

function keep_answer(Run $run, array $rows, array $answer): void
{
    $items = array_column($answer['items'] ?? [], null, 'barcode');
    foreach ($rows as $row) {
        $item = $items[$row['barcode']] ?? throw new Lost("nothing is said of {$row['barcode']}");
        $quantity = $run->own('reserved', $item);
        $state = $quantity === $row['requestedQuantity'] ? 'reserved' : 'short';
        $number = (string) $answer['requestNumber'];
        keep($run, [$row], ['state' => $state, 'reservedQuantity' => $quantity, 'requestNumber' => $number]);
    }
}

/** Gives back what a line still has; once it failed inside an answer it is not asked for again. */
function give_back(Run $run, Gateway $gateway, array $row): string
{
    if (!isset($row['requestNumber'])) {
        return 'unclear whether there is anything to give back: the answer of the order was lost';
    }
    if ($row['final'] ?? false) {
        return 'cannot be given back any more';
    }
    if (!$row['reservedQuantity']) {
        keep($run, [$row], ['state' => 'cancelled']);
        return '';
    }
    keep($run, [$row], ['state' => 'unclear']);
    $item = ['barcode' => $row['barcode'], 'quantity' => $row['reservedQuantity']];
    try {
        $answer = $gateway->write("/v2/offers/{$row['requestNumber']}/cancel-items", $item);
    } catch (Lost $lost) {
        return 'unclear whether it is given back: ' . $lost->getMessage();
    } catch (Problem $problem) {
        $isLocked = in_array($problem->status, LOCKED_OUT, true);
        keep($run, [$row], ['final' => !$problem->passing && !$isLocked]);
        return $isLocked ? throw $problem : $problem->getMessage();
    }
    $quantity = $answer['cancelledQuantity'];
    $isWhole = $quantity >= $row['reservedQuantity'] && !$answer['hasError'];
    keep($run, [$row], [
        'reservedQuantity' => $row['reservedQuantity'] - $quantity,
        'cancelledQuantity' => ($row['cancelledQuantity'] ?? 0) + $quantity,
    ] + ($isWhole ? ['state' => 'cancelled'] : ['final' => true]));
    return $isWhole ? '' : "only $quantity of {$row['reservedQuantity']} were given back";
}

function keep(Run $run, array $rows, array $changes): void
{
    foreach ($rows as $row) {
        $run->store['orders'][key_of($row)] = $changes + $row;
    }
}

function key_of(array $line): string
{
    return json_encode([$line['vendorRef'], $line['barcode']], JSON);
}

main(
    [
        'pull' => pull(...),
        'keeps' => 'orders',
        'exports' => [
            'orders' => fn (array $store): array => array_map(
                fn (array $row): array => array_intersect_key($row, array_flip(EXPORTED)),
                array_values($store['orders'] ?? []),
            ),
        ],
        'right' => $right,
    ],
    require __DIR__ . '/broken.php',
    array_slice($argv, 1),
);
