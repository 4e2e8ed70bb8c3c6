<?php
// A shop in PHP with the vendor's address in it: curl, streams with a context of its own, and a legacy address.
const BASE = 'https://apigw.trendyol.com';
const PATH = '/integration/order/sellers/2738/v2/orders?size=1';

function ask_with_curl(): int
{
    $curl = curl_init(BASE . PATH);
    curl_setopt_array($curl, [
        CURLOPT_RETURNTRANSFER => true,
        CURLOPT_USERPWD => 'demo-tr-key:demo-tr-secret',
        CURLOPT_USERAGENT => '2738 - SelfIntegration',
    ]);
    if (curl_exec($curl) === false) {
        fwrite(STDERR, curl_error($curl) . "\n");
    }
    return curl_getinfo($curl, CURLINFO_RESPONSE_CODE);
}

$headers = ['Authorization: Basic ' . base64_encode('demo-tr-key:demo-tr-secret'), 'User-Agent: 2738 - SelfIntegration'];
$context = stream_context_create(['http' => ['header' => $headers, 'ignore_errors' => true]]);

echo 'curl ', ask_with_curl(), "\n";
$rows = json_decode(file_get_contents(BASE . PATH, false, $context), true);
echo 'streams ', explode(' ', $http_response_header[0])[1], "\n";
$file = fopen(BASE . PATH, 'r', false, $context);
echo 'meta ', explode(' ', stream_get_meta_data($file)['wrapper_data'][0])[1], "\n";
file_get_contents('http://api.trendyol.com/sapigw/brands', false, $context);
echo 'legacy ', explode(' ', $http_response_header[0])[1], "\n";
