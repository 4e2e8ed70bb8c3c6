<?php

// The approved catalogue in PHP: from page to page by token; no packages.
//   php client.php [--broken=NAME] sync | export products | reset

declare(strict_types=1);

require __DIR__ . '/../../../clients/php/client.php';

const SIZE = 100;

/** From page to page by token: what comes or goes meanwhile draws no content past the reader. */
function read_contents(Run $run): array
{
    $path = '/product/sellers/{seller}/products/approved';
    $size = SIZE;
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
    return gather($pages, 'contentId');
}

function pull(Run $run): void
{
    $rows = read_at_rest(fn (): array => read_contents($run));
    $run->store['products'] = $run->own('save', $run->store['products'] ?? [], $rows);
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

$profile = [
    'pull' => pull(...),
    'exports' => ['products' => fn (array $store): iterable => products($store['products'] ?? [])],
    'right' => ['save' => fn (array $earlier, array $rows): array => $rows],
];
main($profile, require __DIR__ . '/broken.php', array_slice($argv, 1));
