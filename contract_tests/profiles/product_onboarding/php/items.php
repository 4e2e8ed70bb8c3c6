<?php

// What is sent of a product; the numbers that its names stand for are asked once, and kept.

declare(strict_types=1);

const VALUES = 1000;

/** A name that stands for nothing, or a product that cannot be. */
final class Unknown extends RuntimeException
{
}

/** The item that creates a product. */
function new_item(Run $run, array $want): array
{
    if ($want['quantity'] < 0 || $want['quantity'] > MOST_STOCK) {
        throw new Unknown("a stock of {$want['quantity']} cannot be");
    }
    $category = category($run, $want['category']);
    return array_filter([
        'barcode' => $want['barcode'],
        'title' => $run->own('text', $want['title']),
        'description' => $run->own('text', $want['description']),
        'productMainId' => $want['productMainId'],
        'stockCode' => $want['stockCode'],
        'brandId' => found(look_up($run, '/brands/by-name', ['name' => $want['brand']]), $want['brand'])['id'],
        'categoryId' => $category,
        'attributes' => attributes($run, "/categories/$category/attributes", $want['attributes']),
        'images' => array_map(fn (string $url): array => ['url' => $url], $want['images']),
        'vatRate' => $want['vatRate'],
        'dimensionalWeight' => $want['dimensionalWeight'],
        'quantity' => $want['quantity'],
        'salePrice' => (float) $want['salePrice'],
        'listPrice' => (float) $want['listPrice'],
        'sgrPrice' => isset($want['sgrPrice']) ? (float) $want['sgrPrice'] : null,
        'origin' => $want['origin'] ?? null,
    ], fn (mixed $value): bool => $value !== null);
}

/** The item that changes a product which nobody has approved. */
function changed_item(Run $run, array $want): array
{
    return array_diff_key(new_item($run, $want), array_flip(['quantity', 'salePrice', 'listPrice']));
}

/** The number of the leaf that is found under these names, from a root on. */
function category(Run $run, array $names): int
{
    $tree = look_up($run, '/product-categories');
    $node = ['subCategories' => $tree['categories'] ?? $tree];
    foreach ($names as $name) {
        $node = found($node['subCategories'], $name);
    }
    return $node['subCategories'] ? throw new Unknown("$name has categories below it") : $node['id'];
}

function attributes(Run $run, string $path, array $named): array
{
    $rows = look_up($run, $path)['categoryAttributes'];
    $rows = array_map(fn (array $row): array => $row['attribute'] + $row, $rows);
    $attributes = [];
    foreach ($named as $name => $value) {
        $row = found($rows, $name);
        $place = $run->own('place', $value, $values = values($run, "$path/{$row['id']}/values"));
        if ($place === null && !$row['allowCustom']) {
            throw new Unknown("$name has no value $value");
        }
        $attributes[] = ['attributeId' => $row['id']] + ($place === null
            ? ['customAttributeValue' => $value]
            : ['attributeValueId' => $values[$place]['attributeValueId']]);
    }
    return $attributes;
}

function values(Run $run, string $path): array
{
    $values = [];
    $number = 0;
    do {
        $page = look_up($run, $path, ['page' => $number, 'size' => VALUES]);
        $values = [...$values, ...$page['content']];
    } while (++$number < $page['totalPages']);
    return $values;
}

/** Where a value stands among others, both spellings of its name looked at; null where it does not. */
function place_of(string $name, array $values): ?int
{
    foreach ($values as $place => $value) {
        if ($name === ($value['attributeValueName'] ?? null) || $name === ($value['attributeValue'] ?? null)) {
            return $place;
        }
    }
    return null;
}

function found(array $rows, string $name): array
{
    return array_column($rows, null, 'name')[$name] ?? throw new Unknown("there is no $name");
}

/** Answers are kept: names change seldom. */
function look_up(Run $run, string $path, array $query = []): array
{
    return $run->store['answers'][$path . http_build_query($query)] ??= $run->page("/product$path", $query);
}
