<?php

// A right client in PHP, for the profiles catalog-pull and finance; no packages.
//   php client.php [--broken=NAME] PROFILE sync | PROFILE export KIND | PROFILE reset

declare(strict_types=1);

require __DIR__ . '/http.php';

const DAY_MS = 86_400_000;
const SPAN_MS = 75 * DAY_MS;
const WINDOW_MS = 15 * DAY_MS;
const ATTEMPTS = 3;
const REFUSALS = 9;
const FAILURES = 4;
const LONGEST_S = 30;
const LONGEST_TOLD_S = 600;
const SIZES = ['catalog-pull' => 100, 'finance' => 1000];
// Requests and seconds: a little below what is documented, for they arrive less evenly than they are sent.
const ENDPOINT = [45, 10];
const FINANCE = [90, 60];
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
const KINDS = ['catalog-pull' => ['products'], 'finance' => ['settlements', 'otherfinancials', 'totals']];

/** One run: the account, the copy, and what a client does its own way. */
final class Run
{
    private readonly string $baseUrl;
    private readonly string $seller;
    private readonly array $headers;
    public readonly string $edition;
    public readonly int $nowMs;

    public function __construct(array $environment, public array $store, private readonly array $client)
    {
        $names = ['TRENDYOL_BASE_URL', 'TRENDYOL_SELLER_ID', 'TRENDYOL_API_KEY', 'TRENDYOL_API_SECRET'];
        $missing = array_filter($names, fn (string $name): bool => ($environment[$name] ?? '') === '');
        if ($missing) {
            throw new Problem('not set: ' . implode(', ', $missing));
        }
        [$url, $this->seller, $key, $secret] = array_map(fn (string $name): string => $environment[$name], $names);
        $storefront = $environment['TRENDYOL_STOREFRONT'] ?? '';
        $this->edition = in_array($storefront, ['', 'TR'], true) ? 'tr' : 'int';
        $this->nowMs = (int) ($environment['TRENDYOL_NOW_MS'] ?? microtime(true) * 1000);
        $this->baseUrl = rtrim($url, '/') . '/integration';
        $this->headers = array_filter([
            'Authorization: Basic ' . base64_encode("$key:$secret"),
            "User-Agent: {$this->seller} - SelfIntegration",
            'Accept-Language: ' . ($this->edition === 'int' ? 'en' : 'tr'),
            $storefront === '' ? '' : "storeFrontCode: $storefront",
        ]);
    }

    public function own(string $name, mixed ...$given): mixed
    {
        return ($this->client[$name])(...$given);
    }

    /** One page, asked for until it comes or patience ends. */
    public function page(string $path, array $query): array
    {
        $url = $this->baseUrl . str_replace('{seller}', $this->seller, $path) . '?' . http_build_query($query);
        $tries = [0, 0];
        while (true) {
            $this->pace($path, ENDPOINT);
            if (str_starts_with($path, '/finance/')) {
                $this->pace('finance', FINANCE);
            }
            try {
                return $this->own('heard', $url, ...fetched($url, $this->headers));
            } catch (Problem $problem) {
                $refused = (int) ($problem->status === 429);
                $times = ++$tries[$refused];
                $tired = $times > ($refused ? REFUSALS : FAILURES) || $problem->waitS > LONGEST_TOLD_S;
                if (!$problem->passing || $tired) {
                    throw $problem;
                }
                pause($problem->waitS ?? min(2 ** ($times - 1), LONGEST_S));
            }
        }
    }

    private function pace(string $name, array $limit): void
    {
        [$requests, $perS] = $limit;
        $sent = $this->store['sent'][$name] ?? [];
        while (count($sent) >= $requests) {
            $leftS = array_shift($sent) + $perS - microtime(true);
            pause($leftS <= $perS ? max(0.0, $leftS) : 0.0);
        }
        $this->store['sent'][$name] = [...$sent, microtime(true)];
    }
}

function pause(float $seconds): void
{
    usleep((int) ceil($seconds * 1_000_000));
}

/** A page, or a problem: an error is never data. */
function heard(string $url, int $status, array $headers, string $body): array
{
    if ($status !== 200) {
        $said = "$url: $status " . substr($body, 0, 300);
        throw new Problem($said, $status, $status === 429 || $status >= 500, told_s($headers['retry-after'] ?? ''));
    }
    $read = json_decode($body, true);
    if (!is_int($read['totalElements'] ?? null) || !is_array($read['content'] ?? null)) {
        throw new Problem("$url: 200 without a page in it", passing: true);
    }
    return ['total' => $read['totalElements'], 'rows' => $read['content'], 'token' => $read['nextPageToken'] ?? null];
}

function at_rest(callable $read): array
{
    for ($attempt = 1;; $attempt++) {
        try {
            return $read();
        } catch (Moved $moved) {
            if ($attempt === ATTEMPTS) {
                throw $moved;
            }
        }
    }
}

/** Rows of some pages by their key, once each and as many as the pages tell. */
function gathered(array $pages, string $key): array
{
    $rows = array_column(array_merge(...array_column($pages, 'rows')), null, $key);
    foreach ($pages as $page) {
        if ($page['total'] !== count($rows)) {
            throw new Moved('the pages do not fit together');
        }
    }
    return $rows;
}

/** From page to page by token: what comes or goes meanwhile draws no content past the reader. */
function catalogue(Run $run): array
{
    $path = '/product/sellers/{seller}/products/approved';
    $size = SIZES['catalog-pull'];
    $page = $run->page($path, ['page' => 0, 'size' => $size]);
    $pages = [$page];
    while ($page['token'] && $page['rows']) {
        try {
            $page = $run->page($path, ['nextPageToken' => $page['token'], 'size' => $size]);
        } catch (Problem $problem) {
            throw $problem->status === 400 ? new Moved('the token is refused') : $problem;
        }
        $pages[] = $page;
    }
    return gathered($pages, 'contentId');
}

function pull_catalogue(Run $run): void
{
    $rows = at_rest(fn (): array => catalogue($run));
    $run->store['products'] = $run->own('kept', $run->store['products'] ?? [], $rows);
}

function pull_finance(Run $run): void
{
    $found = [];
    foreach (TYPES[$run->edition] as $kind => $types) {
        $asked = $run->edition === 'int'
            ? array_map(fn (string $type): array => ['transactionType' => $type], explode(',', $types))
            : [['transactionTypes' => $types]];
        // Windows share their edges, so that no instant falls between two.
        for ($start = $run->nowMs - SPAN_MS; $start < $run->nowMs; $start += WINDOW_MS) {
            $end = min($start + WINDOW_MS, $run->nowMs);
            $dates = ['startDate' => $run->own('instant', $start), 'endDate' => $run->own('instant', $end)];
            foreach ($asked as $type) {
                $found[$kind] = at_rest(fn (): array => window($run, $kind, $type + $dates)) + ($found[$kind] ?? []);
            }
        }
    }
    foreach ($found as $kind => $rows) {
        $run->store[$kind] = $rows + ($run->store[$kind] ?? []);
    }
    $run->store['from'] = $run->nowMs - SPAN_MS;
}

function window(Run $run, string $kind, array $question): array
{
    $pages = [];
    $size = SIZES['finance'];
    do {
        $where = $question + ['page' => count($pages), 'size' => $size];
        $pages[] = $run->page("/finance/che/sellers/{seller}/$kind", $where);
    } while (count($pages) * $size < end($pages)['total']);
    return gathered($pages, 'id');
}

function of_the_span(array $store, string $kind): array
{
    $from = $store['from'] ?? 0;
    return array_filter($store[$kind] ?? [], fn (array $row): bool => $row['transactionDate'] >= $from);
}

function exported(array $store, string $kind): iterable
{
    if ($kind === 'totals') {
        return totals(of_the_span($store, 'settlements'));
    }
    if ($kind === 'products') {
        return products($store['products'] ?? []);
    }
    $shown = array_fill_keys(ENTRY, null);
    return array_map(fn (array $row): array => array_intersect_key($row, $shown) + $shown, of_the_span($store, $kind));
}

function products(array $contents): iterable
{
    foreach ($contents as $content) {
        foreach ($content['variants'] as $variant) {
            yield [
                'barcode' => $variant['barcode'],
                'contentId' => $content['contentId'],
                'productMainId' => $content['productMainId'],
                'stockCode' => $variant['stockCode'],
                'quantity' => $variant['stock']['quantity'],
                'salePrice' => $variant['price']['salePrice'],
                'listPrice' => $variant['price']['listPrice'],
                'title' => $content['title'],
                'archived' => $variant['archived'],
            ];
        }
    }
}

/** Money in whole ten-thousandths, for floats cannot hold every cent of a sum. */
function totals(array $rows): iterable
{
    $net = [];
    foreach ($rows as $row) {
        $order = $row['paymentOrderId'] ?? '';
        $earned = (int) round(($row['sellerRevenue'] ?? 0) * 10_000);
        $net[$order] = ($net[$order] ?? 0) + ($row['credit'] > 0 ? $earned : -$earned);
    }
    foreach ($net as $order => $amount) {
        $digits = str_pad((string) abs($amount), 5, '0', STR_PAD_LEFT);
        $shown = ($amount < 0 ? '-' : '') . substr($digits, 0, -4) . '.' . substr($digits, -4);
        yield ['paymentOrderId' => $order === '' ? null : $order, 'net' => $shown];
    }
}

const PULL = ['catalog-pull' => 'pull_catalogue', 'finance' => 'pull_finance'];
const JSON = JSON_THROW_ON_ERROR | JSON_UNESCAPED_UNICODE | JSON_UNESCAPED_SLASHES;

function main(array $words, array $environment): void
{
    $right = [
        'heard' => heard(...),
        'instant' => fn (int $ms): int => $ms,
        'kept' => fn (array $held, array $rows): array => $rows,
    ];
    $broken = [];
    if (str_starts_with($words[0] ?? '', '--broken=')) {
        $broken = (require __DIR__ . '/broken.php')[substr(array_shift($words), strlen('--broken='))];
    }
    [$profile, $verb, $kind] = $words + ['', '', ''];
    if (!isset(PULL[$profile]) || !in_array($verb, ['sync', 'export', 'reset'], true)) {
        throw new Problem('usage: [--broken=NAME] PROFILE VERB, with PROFILE catalog-pull or finance');
    }
    $file = $environment['CLIENT_STORE'] ?? '';
    $held = $file !== '' && is_file($file) ? json_decode(file_get_contents($file), true) : [];
    if ($verb === 'reset') {
        keep($file, []);
    } elseif ($verb === 'export') {
        foreach (in_array($kind, KINDS[$profile], true) ? exported($held, $kind) : [] as $row) {
            fwrite(STDOUT, json_encode($row, JSON) . "\n");
        }
    } else {
        $run = new Run($environment, $held, $broken + $right);
        try {
            PULL[$profile]($run);
            $held = $run->store;
        } finally {
            // When requests went out is kept even of a run that fails, for the next one has to keep the pace.
            keep($file, ['sent' => $run->store['sent'] ?? []] + $held);
        }
    }
}

function keep(string $file, array $store): void
{
    if ($file !== '') {
        file_put_contents($file, json_encode($store, JSON));
    }
}

try {
    main(array_slice($argv, 1), getenv());
} catch (Problem | Moved $problem) {
    fwrite(STDERR, $problem->getMessage() . "\n");
    exit(1);
}
