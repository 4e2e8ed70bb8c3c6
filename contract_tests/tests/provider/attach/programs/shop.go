package main

import (
	"fmt"
	"net/http"
	"os"
)

func main() {
	request, _ := http.NewRequest("GET", "https://apigw.trendyol.com/integration/order/sellers/2738/v2/orders?size=1", nil)
	request.SetBasicAuth("demo-tr-key", "demo-tr-secret")
	request.Header.Set("User-Agent", "2738 - SelfIntegration")
	answer, err := http.DefaultClient.Do(request)
	if err != nil {
		fmt.Println(err)
		os.Exit(1)
	}
	fmt.Println("go", answer.StatusCode)
}
