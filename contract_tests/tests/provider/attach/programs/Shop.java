import java.net.HttpURLConnection;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.Base64;

/** A shop in Java with the vendor's address in it: both clients of the JDK, and a legacy address. */
public class Shop {
    static final URI PLACE = URI.create("https://apigw.trendyol.com/integration/order/sellers/2738/v2/orders?size=1");
    static final String KEYS = "Basic " + Base64.getEncoder().encodeToString("demo-tr-key:demo-tr-secret".getBytes());
    static final String AGENT = "2738 - SelfIntegration";

    public static void main(String[] words) throws Exception {
        HttpRequest request = HttpRequest.newBuilder(PLACE).header("Authorization", KEYS).header("User-Agent", AGENT).build();
        System.out.println("HttpClient " + HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.discarding()).statusCode());
        System.out.println("HttpURLConnection " + ask(PLACE));
        System.out.println("legacy " + ask(URI.create("http://api.trendyol.com/sapigw/brands")));
    }

    static int ask(URI place) throws Exception {
        HttpURLConnection connection = (HttpURLConnection) place.toURL().openConnection();
        connection.setRequestProperty("Authorization", KEYS);
        connection.setRequestProperty("User-Agent", AGENT);
        return connection.getResponseCode();
    }
}
