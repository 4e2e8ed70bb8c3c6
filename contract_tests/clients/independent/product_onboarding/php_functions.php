<?php
// Product onboarding for Trendyol's marketplace API, TR and international. PHP 8.2 with curl.
// Verbs: sync, export onboarding, reset.
declare(strict_types=1);

const HOUR = 3600000;
const DAY = 86400000;
const LOOKS = 8;
const VAT = ['TR' => [0, 1, 10, 20], 'DE' => [0, 7, 19], 'SA' => [15], 'AE' => [5], 'GR' => [0, 6, 13, 24, 11, 21],
    'SK' => [0, 19, 23], 'RO' => [0, 11, 21], 'CZ' => [0, 12, 21], 'BG' => [0, 9, 20, 11, 21]];
const WRITES = ['create' => ['POST', '/v2/products'], 'update' => ['POST', '/products/unapproved-bulk-update'],
    'content' => ['POST', '/products/content-bulk-update'], 'archive' => ['PUT', '/products/archive-state'],
    'restore' => ['PUT', '/products/archive-state'], 'delete' => ['DELETE', '/products']];

class Refusal extends Exception {}
class LostAnswer extends Exception {} // a write that was taken or not
class NotNow extends Exception {}
class BadRow extends Exception {}

function env(string $name, string $else = ''): string { $v = getenv($name); return $v === false || $v === '' ? $else : $v; }
function now(): int { return (int) env('TRENDYOL_NOW_MS', (string) (int) (microtime(true) * 1000)); }
function abroad(): bool { return !in_array(env('TRENDYOL_STOREFRONT'), ['', 'TR'], true); }
function bare(mixed $text): string { return preg_replace('/\s+/u', '', (string) $text); }
function tidy(mixed $text): string { return trim(preg_replace('/\s+/u', ' ', (string) $text)); }
function signs(mixed $text): int { return preg_match_all('/./su', (string) $text); }
function pause(float $seconds): void { usleep((int) ($seconds * 1e6)); }
function warn(string $text): void { fwrite(STDERR, $text . "\n"); }
function seller(string $tail): string { return '/product/sellers/' . env('TRENDYOL_SELLER_ID') . $tail; }

function back_off(float $seconds, string $why): void
{
    static $patience = 80.0;
    if ($seconds > $patience) throw new NotNow($why);
    $patience -= $seconds; pause($seconds);
}

function call(string $method, string $path, array $query = [], ?array $body = null): array
{
    static $curl = null; $curl ??= curl_init(); $headers = ['Accept: application/json', 'Expect:'];
    if (env('TRENDYOL_STOREFRONT') !== '') $headers[] = 'storeFrontCode: ' . env('TRENDYOL_STOREFRONT');
    if (abroad()) $headers[] = 'Accept-Language: en';
    if ($body !== null) $headers[] = 'Content-Type: application/json';
    $url = rtrim(env('TRENDYOL_BASE_URL'), '/') . '/integration' . $path;
    if ($query) $url .= '?' . http_build_query($query, '', '&', PHP_QUERY_RFC3986);
    for ($refusals = $failures = 0; ;) {
        $after = null; curl_reset($curl);
        curl_setopt_array($curl, [CURLOPT_URL => $url, CURLOPT_CUSTOMREQUEST => $method, CURLOPT_RETURNTRANSFER => true,
            CURLOPT_TIMEOUT => 30, CURLOPT_CONNECTTIMEOUT => 10, CURLOPT_HTTPHEADER => $headers, CURLOPT_ENCODING => '',
            CURLOPT_HTTPAUTH => CURLAUTH_BASIC, CURLOPT_USERPWD => env('TRENDYOL_API_KEY') . ':' . env('TRENDYOL_API_SECRET'),
            CURLOPT_FRESH_CONNECT => $method !== 'GET', // else curl itself would send a write twice
            CURLOPT_USERAGENT => env('TRENDYOL_SELLER_ID') . ' - SelfIntegration',
            CURLOPT_HEADERFUNCTION => function ($c, string $line) use (&$after): int {
                if (stripos($line, 'retry-after:') === 0) $after = trim(substr($line, 12));
                return strlen($line);
            }]);
        if ($body !== null) curl_setopt($curl, CURLOPT_POSTFIELDS, json_encode($body, JSON_THROW_ON_ERROR | JSON_UNESCAPED_UNICODE));
        $text = curl_exec($curl); $status = (int) curl_getinfo($curl, CURLINFO_RESPONSE_CODE);
        $why = "$method $path: HTTP $status " . curl_error($curl);
        if ($status === 429) {
            if ($refusals === 6) throw new NotNow($why);
            $date = $after !== null && !is_numeric($after) ? strtotime($after) : false;
            $wait = is_numeric($after) ? (float) $after : ($date !== false ? $date - time() : 2 ** $refusals);
            back_off(max(0.0, (float) $wait), $why); $refusals++; continue;
        }
        if ($status >= 300 && $status < 500 && $status !== 408) throw new Refusal($why . ' ' . substr((string) $text, 0, 300), $status);
        $data = $text !== false && $status >= 200 && $status < 300 ? json_decode($text, true) : null;
        if (is_array($data)) return $data;
        if ($method !== 'GET') throw new LostAnswer($why);
        if ($failures === 5) throw new NotNow($why);
        back_off(0.5 * 2 ** $failures++, $why); // 5xx, resets, timeouts, bodies that broke off
    }
}

function pages(string $path, int $size, array $query = []): array
{
    for ($turn = 0; $turn < 3; $turn++) {
        [$rows, $totals, $page, $token] = [[], [], 0, null];
        while (true) {
            $body = call('GET', $path, $query + ($token ? ['nextPageToken' => $token] : ['page' => $page]) + ['size' => $size]);
            $content = $body['content'] ?? []; array_push($rows, ...$content);
            if (isset($body['totalElements'])) $totals[$body['totalElements']] = true;
            $page++;
            if (!$content || (isset($body['totalElements']) && count($rows) >= $body['totalElements'])) break;
            if (!$token && $page >= ($body['totalPages'] ?? PHP_INT_MAX)) break;
            if ($token || ($page + 1) * $size > 10000) $token = $body['nextPageToken'] ?? null; // further on only the token leads
        }
        if (!$totals || (count($totals) === 1 && count($rows) === array_key_first($totals))) return $rows;
    }
    throw new NotNow("$path: the list moved while it was read");
}

function store_file(): string { $path = env('CLIENT_STORE'); return is_dir($path) ? "$path/onboarding.json" : $path; }

function load(): array
{
    $kept = is_file(store_file()) ? json_decode((string) file_get_contents(store_file()), true) : null;
    return (is_array($kept) ? $kept : []) + ['run' => 0, 'names' => [], 'records' => []];
}

function save(array $memory): void
{
    if (!is_dir(dirname(store_file()))) mkdir(dirname(store_file()), 0777, true);
    file_put_contents(store_file() . '.new', json_encode($memory, JSON_THROW_ON_ERROR | JSON_UNESCAPED_UNICODE));
    rename(store_file() . '.new', store_file());
}

/** Looked up once and remembered for a week; what was not found is looked up again after a day. */
function lookup(array &$memory, string $key, callable $fetch, callable $pick): mixed
{
    $age = now() - ($memory['names'][$key]['at'] ?? 0);
    if ($age < 7 * DAY) {
        $found = $pick($memory['names'][$key]['data']);
        if ($found !== null || $age < DAY) return $found;
    }
    $memory['names'][$key] = ['data' => $fetch(), 'at' => now()];
    return $pick($memory['names'][$key]['data']);
}

function brand(array &$memory, string $name): int
{
    $pick = fn(array $list) => array_column($list, 'id', 'name')[$name] ?? null;
    return lookup($memory, "brand $name", fn() => call('GET', '/product/brands/by-name', ['name' => $name]), $pick)
        ?? throw new BadRow("no brand is called $name");
}

function follow(array $nodes, array $names): ?int
{
    foreach ($nodes as $node) {
        if (!$names || tidy($node['name']) !== tidy($names[0])) continue;
        $below = $node['subCategories'] ?? [];
        $found = count($names) > 1 ? follow($below, array_slice($names, 1)) : ($below ? null : $node['id']);
        if ($found !== null) return $found;
    }
    return null;
}

function category(array &$memory, array $names): int
{
    $fetch = function (): array { $tree = call('GET', '/product/product-categories'); return $tree['categories'] ?? $tree; };
    return lookup($memory, 'tree', $fetch, fn(array $tree) => follow($tree, $names))
        ?? throw new BadRow('no leaf at ' . implode(' > ', $names));
}

function attributes(array &$memory, int $category, array $wanted): array
{
    $path = "/product/categories/$category/attributes"; $given = [];
    foreach ($wanted as $name => $value) if ($value !== null && $value !== '') $given[tidy($name)] = (array) $value;
    $knows = fn(array $rows) => array_diff(array_map('strval', array_keys($given)),
        array_map(fn($row) => tidy($row['attribute']['name']), $rows)) ? null : $rows;
    $rows = lookup($memory, "attributes $category", fn() => call('GET', $path)['categoryAttributes'] ?? [], $knows)
        ?? throw new BadRow('an attribute that the category does not have');
    $items = [];
    foreach ($rows as $row) {
        [$id, $name] = [$row['attribute']['id'], tidy($row['attribute']['name'])];
        if (!isset($given[$name])) {
            if ($row['required'] ?? false) throw new BadRow("$name is required");
            continue;
        }
        $values = $given[$name];
        if (count($values) > 1 && !($row['allowMultipleAttributeValues'] ?? false)) throw new BadRow("$name takes one value");
        $fetch = function () use ($path, $id): array {
            foreach (pages("$path/$id/values", 1000) as $v) $ids[tidy($v['attributeValueName'] ?? $v['attributeValue'])] = $v['attributeValueId'];
            return $ids ?? [];
        };
        $ids = [];
        foreach ($values as $value) $ids[] = lookup($memory, "$path/$id", $fetch, fn(array $known) => $known[tidy($value)] ?? null);
        if (!in_array(null, $ids, true)) {
            $form = abroad() || count($ids) > 1 ? ['attributeValueIds' => $ids] : ['attributeValueId' => $ids[0]];
        } elseif (($row['allowCustom'] ?? false) && count($values) === 1 && !($id === 47 && signs($values[0]) > 50)) {
            $form = [abroad() ? 'attributeValue' : 'customAttributeValue' => (string) $values[0]];
        } else {
            throw new BadRow("$name has no value " . implode(', ', $values));
        }
        $items[] = ['attributeId' => $id] + $form;
    }
    return $items;
}

function check_title(array $row): void
{
    if (tidy($row['title'] ?? '') === '' || signs($row['title']) > 100) throw new BadRow('the title has 1 to 100 characters');
}

function document(array &$memory, array $row, bool $new): array
{
    check_title($row); [$text, $images, $code] = [$row['description'] ?? '', $row['images'] ?? [], $row['stockCode'] ?? ''];
    $rates = VAT[env('TRENDYOL_STOREFRONT', 'TR')] ?? null;
    foreach ([
        'barcode' => preg_match('/^[\p{L}\p{N}._-]{1,40}$/Du', $row['barcode']),
        'productMainId' => signs($row['productMainId'] ?? '') >= 1 && signs($row['productMainId']) <= 40,
        'stockCode' => signs($code) <= 100 && ($code !== '' || !abroad()),
        'dimensionalWeight' => isset($row['dimensionalWeight']) || !abroad(),
        'stock' => !$new || ($row['quantity'] >= 0 && $row['quantity'] <= 20000),
        'prices' => !$new || ((float) $row['salePrice'] > 0 && (float) $row['salePrice'] <= (float) $row['listPrice']),
        'VAT rate' => $rates === null || in_array($row['vatRate'], $rates),
        'description' => $text !== '' && signs($text) <= 30000 && !preg_match('/<\s*\/?\s*(script|iframe)/i', $text),
        'pictures' => count($images) >= 1 && count($images) <= 8 && !preg_grep('~^https://~i', $images, PREG_GREP_INVERT),
    ] as $name => $right) if (!$right) throw new BadRow("$name: against the limits");
    $category = category($memory, (array) $row['category']);
    $kept = ['barcode', 'title', 'productMainId', 'stockCode', 'description', 'vatRate', 'dimensionalWeight', 'origin'];
    $item = array_filter(array_intersect_key($row, array_flip($kept)), fn($value) => $value !== null);
    $item += ['brandId' => brand($memory, $row['brand']), 'categoryId' => $category,
        'images' => array_map(fn($url) => ['url' => $url], $images),
        'attributes' => attributes($memory, $category, $row['attributes'] ?? [])];
    if ($new) {
        $item += ['quantity' => $row['quantity'], 'salePrice' => (float) $row['salePrice'], 'listPrice' => (float) $row['listPrice']];
        if (isset($row['sgrPrice'])) $item['sgrPrice'] = (float) $row['sgrPrice'];
    }
    return $item;
}

/** Both lists, of the wanted barcodes; first the unapproved, so that what is approved meanwhile is not missed. */
function look(array $rows, array $records): array
{
    [$drafts, $approved, $heads] = [[], [], []]; $codes = array_map('strval', array_keys($rows));
    $take = function (array $query) use (&$drafts, &$approved): void {
        foreach (pages(seller('/products/unapproved'), 1000, $query) as $draft) $drafts[bare($draft['barcode'])] = $draft;
        foreach (pages(seller('/products/approved'), 100, $query) as $content)
            foreach ($content['variants'] ?? [] as $variant) $approved[bare($variant['barcode'])] = ['content' => $content] + $variant;
    };
    foreach (array_chunk($codes, 25) as $group) $take(['barcodes' => implode(',', $group)]);
    // No page says how a list is written in a query: what should be there and was not found is asked for alone
    $missed = array_filter($codes, fn($code) => !isset($drafts[$code]) && !isset($approved[$code])
        && ($rows[$code]['wanted'] !== 'listed' || isset($records[$code]['job'])));
    foreach (array_slice($missed, 0, 40) as $code) $take(['barcode' => $code]);
    foreach ($rows as $code => $row) // variants share one title: the first row of a content speaks for it
        if ($row['wanted'] === 'listed' && isset($approved[$code])) $heads[$approved[$code]['content']['contentId']] ??= (string) $code;
    return compact('drafts', 'approved', 'heads');
}

function wants_title(array $row, array $seen): bool
{
    $content = $seen['approved'][$row['barcode']]['content'];
    return $seen['heads'][$content['contentId']] === $row['barcode'] && tidy($content['title'] ?? '') !== tidy($row['title']);
}

/** What people said of a title: RUNNING, SUCCESS, FAIL or null. */
function audit(int $content, array $job): ?string
{
    [$entries, $query, $read] = [[], [], 0];
    do {
        $body = call('GET', seller("/products/$content/update-audits"), $query); array_push($entries, ...($body['content'] ?? []));
        $query = ['page' => ($body['page'] ?? $read) + 1]; // its pages count from 0 or from 1
    } while (++$read < ($body['totalPage'] ?? $body['totalPages'] ?? 1) && ($body['content'] ?? []));
    foreach ($entries as $entry)
        foreach (($entry['batchRequestId'] ?? null) === ($job['batch'] ?? null) ? $entry['updates'] ?? [] : [] as $update)
            if (($update['type'] ?? '') === 'TITLE') return $update['status'] ?? null;
    return null;
}

function step(array $row, array &$record, array $seen, int $run): ?string
{
    [$job, $draft, $there] = [$record['job'] ?? [], $seen['drafts'][$row['barcode']] ?? null, $seen['approved'][$row['barcode']] ?? null];
    [$kind, $status, $archived] = [$job['kind'] ?? null, $job['status'] ?? null, $there['archived'] ?? false];
    if ($status === 'open') return null;
    $same = tidy($job['title'] ?? '') === tidy($row['title'] ?? ''); $step = null;
    if ($row['wanted'] !== 'listed') {
        if ($there && !$archived) $step = 'archive';
        elseif ($there && $row['wanted'] === 'deleted') {
            $since = $there['archivedDate'] ?? ($record['archivedAt'] ??= now()); $step = now() - $since > DAY ? 'delete' : null;
        } elseif ($draft && $row['wanted'] === 'deleted') $step = 'delete';
    } elseif ($archived) $step = 'restore';
    elseif ($there && wants_title($row, $seen)) {
        $step = 'content';
        if ($kind === 'content' && $same && $status !== 'lost') {
            $outcome = $status === 'ok' ? audit($there['content']['contentId'], $job) : 'FAIL';
            if ($outcome === 'FAIL') $record['job']['status'] = 'failed';
            $step = $outcome === 'SUCCESS' ? 'content' : null;
        }
    } elseif ($draft && !$there) {
        $step = tidy($draft['title'] ?? '') === tidy($row['title']) || ($kind === 'update' && $same && $status === 'failed') ? null : 'update';
    } elseif (!$there) {
        $step = $kind === 'create' && $status === 'failed' && $job['print'] === md5(json_encode($row)) ? null : 'create';
    }
    return $step === $kind && $status !== 'lost' && $job['run'] === $run ? null : $step;
}

function send(array &$memory, string $step, array $entries): void
{
    foreach (array_chunk($entries, 1000) as $part) {
        $before = [];
        foreach ($part as ['row' => $row, 'item' => $item]) {
            $before[$row['barcode']] = $memory['records'][$row['barcode']]['job'] ?? null;
            $memory['records'][$row['barcode']]['job'] = ['kind' => $step, 'status' => 'lost', 'title' => $row['title'] ?? '', 'at' => now(),
                'print' => md5(json_encode($row)), 'content' => $item['contentId'] ?? null, 'run' => $memory['run']];
        }
        save($memory); // a run that is ended here may have sent
        $news = [];
        try {
            $body = call(WRITES[$step][0], seller(WRITES[$step][1]), [], ['items' => array_column($part, 'item')]);
            if (isset($body['batchRequestId'])) $news = ['status' => 'open', 'batch' => $body['batchRequestId']];
        } catch (LostAnswer $error) {
            warn($error->getMessage());
        } catch (Refusal | NotNow $error) {
            if ($error instanceof NotNow || in_array($error->getCode(), [401, 403], true)) {
                foreach ($before as $code => $job) $memory['records'][$code]['job'] = $job;
                throw $error;
            }
            if (count($part) > 1) { // one bad item spoils the request: in halves
                foreach (array_chunk($part, intdiv(count($part) + 1, 2)) as $half) send($memory, $step, $half);
                continue;
            }
            $news = ['status' => 'failed', 'reasons' => [$error->getMessage()]];
        }
        foreach (array_keys($before) as $code) $memory['records'][$code]['job'] = $news + $memory['records'][$code]['job'];
        save($memory);
    }
}

/** Looks into every open batch for some seconds. */
function settle(array &$memory): void
{
    static $looks = [];
    $jobs = function (string $status) use (&$memory): array {
        return array_filter($memory['records'], fn(array $record) => ($record['job']['status'] ?? '') === $status);
    };
    $rest = (float) env('CLIENT_PAUSE_SECONDS', '5');
    if (array_filter($jobs('lost'), fn($record) => $record['job']['run'] === $memory['run'])) pause(max(3.0, $rest));
    for ($look = 0; $look < LOOKS; $look++) {
        $groups = [];
        foreach ($jobs('open') as $code => ['job' => $job]) if (($looks[$job['batch']] ?? 0) < LOOKS) $groups[$job['batch']][$code] = $job;
        if (!$groups) return;
        if ($look) pause(max($rest, min(1.5, 0.25 * $look)));
        foreach ($groups as $id => $group) {
            $looks[$id] = ($looks[$id] ?? 0) + 1;
            foreach (read_batch((string) $id, $group) as $code => $job) $memory['records'][$code]['job'] = $job;
        }
        save($memory);
    }
}

function read_batch(string $id, array $jobs): array
{
    try {
        $body = call('GET', seller('/products/batch-requests/' . rawurlencode($id)));
    } catch (Refusal $error) {
        if (in_array($error->getCode(), [401, 403], true)) throw $error;
        $body = [];
    }
    $told = [];
    foreach ($body['items'] ?? [] as $item) {
        $asked = $item['requestItem'] ?? [];
        $told['b' . bare($asked['barcode'] ?? '')] = $told['c' . ($asked['contentId'] ?? '')] = $item;
    }
    $ends = preg_match('/-(\d{9,11})$/', $id, $found) ? (int) $found[1] * 1000 : PHP_INT_MAX;
    $age = now() - min(array_column($jobs, 'at'));
    $old = $age > DAY || (($age > 4 * HOUR || now() > $ends) && ($body['status'] ?? '') !== 'IN_PROGRESS');
    foreach ($jobs as $code => &$job) {
        if (($body['status'] ?? '') === 'COMPLETED') {
            $item = $told[$job['kind'] === 'content' ? "c{$job['content']}" : "b$code"] ?? [];
            $job['status'] = ['SUCCESS' => 'ok', 'FAILED' => 'failed'][$item['status'] ?? ''] ?? 'lost';
            $job['reasons'] = $item['failureReasons'] ?? [];
        } elseif ($old) $job['status'] = 'lost';
    }
    return $jobs;
}

/** The state of a row as the lists stand, and whether it is as wanted or on its way. */
function verdict(array $row, array $job, array $seen, bool $bad): array
{
    [$wanted, $kind, $status] = [$row['wanted'], $job['kind'] ?? null, $job['status'] ?? null];
    [$draft, $there] = [$seen['drafts'][$row['barcode']] ?? null, $seen['approved'][$row['barcode']] ?? null];
    $unknown = [$bad || $status === 'failed' ? 'failed' : 'unclear', false];
    if ($status === 'open') return ['pending', $wanted !== 'deleted' || $kind !== 'create'];
    if ($there && ($there['archived'] ?? false)) return ['archived', $wanted === 'archived' || ($wanted === 'deleted' && $kind !== 'delete')];
    if ($there && $wanted === 'listed') {
        foreach (['blacklisted', 'locked'] as $flag) if ($there[$flag] ?? false) return [$flag, false];
        return !wants_title($row, $seen) || ($kind === 'content' && $status === 'ok') ? ['approved', true] : $unknown;
    }
    if ($there) return $unknown;
    if ($draft && $wanted !== 'deleted') {
        if (isset($draft['status']) ? stripos($draft['status'], 'reject') !== false : !empty($draft['rejectReasonDetails'])) return ['rejected', false];
        return $wanted === 'archived' || tidy($draft['title'] ?? '') === tidy($row['title']) ? ['created', true] : $unknown;
    }
    if ($draft) return $unknown;
    if ($wanted === 'deleted') return ['deleted', true];
    return $wanted === 'archived' ? ['failed', false] : $unknown;
}

function sync(): int
{
    $memory = load(); $memory['run']++; [$rows, $bad, $good] = [[], [], true];
    foreach (explode("\n", (string) file_get_contents(env('CLIENT_WANTED'))) as $line) {
        if (trim($line) === '') continue;
        $row = json_decode($line, true, 64, JSON_THROW_ON_ERROR);
        $rows[bare($row['barcode'])] = ['barcode' => bare($row['barcode'])] + $row;
    }
    try {
        for ($turn = 0; $turn < 4; $turn++) {
            settle($memory); $seen = look($rows, $memory['records']); $plan = [];
            foreach ($rows as $code => $row) {
                $memory['records'][$code] ??= [];
                try {
                    $step = isset($bad[$code]) ? null : step($row, $memory['records'][$code], $seen, $memory['run']);
                    if ($step === null) continue;
                    if ($step === 'content') check_title($row);
                    $plan[$step][] = ['row' => $row, 'item' => match ($step) {
                        'create', 'update' => document($memory, $row, $step === 'create'),
                        'content' => ['contentId' => $seen['approved'][$code]['content']['contentId'], 'title' => $row['title']],
                        'delete' => ['barcode' => $row['barcode']],
                        default => ['barcode' => $row['barcode'], 'archived' => $step === 'archive'],
                    }];
                } catch (BadRow | TypeError $error) {
                    $bad[$code] = $error->getMessage();
                }
            }
            save($memory);
            if (!$plan || $turn === 3) break;
            foreach ($plan as $step => $entries) send($memory, $step, $entries);
        }
        foreach ($rows as $code => $row) {
            $job = $memory['records'][$code]['job'] ?? []; [$state, $right] = verdict($row, $job, $seen, isset($bad[$code]));
            $view = ['state' => $state, 'contentId' => $seen['approved'][$code]['content']['contentId'] ?? null];
            $memory['records'][$code] = $view + $memory['records'][$code]; $good = $good && $right;
            if (!$right) warn("$code: $state " . ($bad[$code] ?? implode('; ', $job['reasons'] ?? [])));
        }
    } catch (Throwable $error) {
        warn($error->getMessage()); $good = false;
        foreach ($rows as $code => $row) $memory['records'][$code] = ['state' => 'unclear', 'contentId' => null] + ($memory['records'][$code] ?? []);
    }
    save($memory);
    return $good ? 0 : 1;
}

switch ($argv[1] ?? '') {
    case 'sync':
        exit(sync());
    case 'export':
        foreach (($argv[2] ?? '') === 'onboarding' ? load()['records'] : [] as $code => $record) {
            if (!isset($record['state'])) continue;
            $row = ['barcode' => (string) $code, 'state' => $record['state']];
            if ($record['contentId'] !== null || in_array($record['state'], ['created', 'rejected'], true)) $row['contentId'] = $record['contentId'];
            echo json_encode($row, JSON_UNESCAPED_UNICODE), "\n";
        }
        exit(0);
    case 'reset':
        if (is_file(store_file())) unlink(store_file());
        exit(0);
    default:
        exit(2);
}
