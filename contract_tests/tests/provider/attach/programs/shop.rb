require "net/http"

def ask(name, address)
  place = URI(address)
  request = Net::HTTP::Get.new(place, "User-Agent" => "2738 - SelfIntegration")
  request.basic_auth("demo-tr-key", "demo-tr-secret")
  answer = Net::HTTP.start(place.host, place.port, use_ssl: place.scheme == "https") { |http| http.request(request) }
  puts "#{name} #{answer.code}"
end

ask("net-http", "https://apigw.trendyol.com/integration/order/sellers/2738/v2/orders?size=1")
ask("legacy", "http://api.trendyol.com/sapigw/suppliers/2738/orders")
