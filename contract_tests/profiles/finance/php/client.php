<?php

// The current account in PHP: windows of 15 days, every documented type; no packages.
//   php client.php [--broken=NAME] sync | export KIND | reset

declare(strict_types=1);

require __DIR__ . '/../../../clients/php/client.php';

const DAY_MS = 86_400_000;
const SPAN_MS = 75 * DAY_MS;
const WINDOW_MS = 15 * DAY_MS;
const SIZE = 1000;
const TYPES = [
    'int' => [
        'settlements' => 'Sale,Return',
        'otherfinancials' => 'PaymentOrder,DeductionInvoices,CreditNote,CommissionInvocie',
    ],
    'tr' => [
        'settlements' => 'Sale,Return,Discount,DiscountCancel,Coupon,CouponCancel,ProvisionPositive,'
            . 'ProvisionNegative,ManualRefund,ManualRefundCancel,TyDiscount,TyDiscountCancel,TyCoupon,'
            . 'TyCouponCancel,SellerRevenuePositive,SellerRevenueNegative,CommissionPositive,'
            . 'CommissionNegative,SellerRevenuePositiveCancel,SellerRevenueNegativeCancel,'
            . 'CommissionPositiveCancel,CommissionNegativeCancel,DeliveryFee,DeliveryFeeCancel,PayByLink',
        'otherfinancials' => 'CashAdvance,WireTransfer,IncomingTransfer,ReturnInvoice,'
            . 'CommissionAgreementInvoice,PaymentOrder,DeductionInvoices,FinancialItem,Stoppage',
    ],
];
const ENTRY = [
    'id', 'transactionType', 'transactionDate', 'orderNumber', 'barcode', 'debt', 'credit', 'commissionAmount',
    'sellerRevenue', 'paymentOrderId', 'paymentDate',
];

function pull(Run $run): void
{
    $lists = [];
    foreach (TYPES[$run->edition] as $kind => $types) {
        $queries = $run->edition === 'int'
            ? array_map(fn (string $type): array => ['transactionType' => $type], explode(',', $types))
            : [['transactionTypes' => $types]];
        // Windows share their edges, so that no instant falls between two.
        for ($start = $run->nowMs - SPAN_MS; $start < $run->nowMs; $start += WINDOW_MS) {
            $end = min($start + WINDOW_MS, $run->nowMs);
            $dates = ['startDate' => $run->own('instant', $start), 'endDate' => $run->own('instant', $end)];
            foreach ($queries as $query) {
                $rows = read_at_rest(fn (): array => read_window($run, $kind, $query + $dates));
                $lists[$kind] = $rows + ($lists[$kind] ?? []);
            }
        }
    }
    foreach ($lists as $kind => $rows) {
        $run->store[$kind] = $rows + ($run->store[$kind] ?? []);
    }
    $run->store['from'] = $run->nowMs - SPAN_MS;
}

function read_window(Run $run, string $kind, array $query): array
{
    $pages = [];
    do {
        $where = $query + ['page' => count($pages), 'size' => SIZE];
        $pages[] = $run->page("/finance/che/sellers/{seller}/$kind", $where);
    } while (count($pages) * SIZE < end($pages)['total']);
    return gather($pages, 'id');
}

function rows_of_the_span(array $store, string $kind): array
{
    $from = $store['from'] ?? 0;
    return array_filter($store[$kind] ?? [], fn (array $row): bool => $row['transactionDate'] >= $from);
}

function entries(array $store, string $kind): array
{
    $fields = array_fill_keys(ENTRY, null);
    $only = fn (array $row): array => array_intersect_key($row, $fields) + $fields;
    return array_map($only, rows_of_the_span($store, $kind));
}

/** Money in whole ten-thousandths, for floats cannot hold every cent of a sum. */
function totals(array $rows, callable $discount): iterable
{
    [$net, $discounts] = [[], []];
    foreach ($rows as $row) {
        $order = $row['paymentOrderId'] ?? '';
        $revenue = whole($row['sellerRevenue'] ?? 0);
        $net[$order] = ($net[$order] ?? 0) + ($row['credit'] > 0 ? $revenue : -$revenue);
        $discounts[$order] = ($discounts[$order] ?? 0) + $discount($row);
    }
    foreach ($net as $order => $amount) {
        $id = $order === '' ? null : $order;
        yield ['paymentOrderId' => $id, 'net' => decimal($amount), 'discounts' => decimal($discounts[$order])];
    }
}

function whole(int|float $amount): int
{
    return (int) round($amount * 10_000);
}

function decimal(int $amount): string
{
    $digits = str_pad((string) abs($amount), 5, '0', STR_PAD_LEFT);
    return ($amount < 0 ? '-' : '') . substr($digits, 0, -4) . '.' . substr($digits, -4);
}

/** What a row takes off the prices: a discount or a coupon, less what was taken back of it. */
function discount(array $row): int
{
    $labels = ['İndirim', 'İndirim İptal', 'Kupon', 'Kupon İptal'];
    return in_array($row['transactionType'], $labels, true) ? whole($row['debt']) - whole($row['credit']) : 0;
}

$profile = [
    'pull' => pull(...),
    'exports' => [
        'settlements' => fn (array $store): iterable => entries($store, 'settlements'),
        'otherfinancials' => fn (array $store): iterable => entries($store, 'otherfinancials'),
        'totals' => fn (array $store, array $own): iterable =>
            totals(rows_of_the_span($store, 'settlements'), $own['discount']),
    ],
    'right' => ['instant' => fn (int $ms): int => $ms, 'discount' => discount(...)],
];
main($profile, require __DIR__ . '/broken.php', array_slice($argv, 1));
