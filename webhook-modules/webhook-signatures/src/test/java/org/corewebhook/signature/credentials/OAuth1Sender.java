package org.corewebhook.signature.credentials;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.corewebhook.WebhookRequest;

/** Signs a request to {@code http://hooks.example:8080/webhook/a} as {@code ck} with the secret {@code c&s}. */
final class OAuth1Sender {

    private final Map<String, String> oauth = new LinkedHashMap<>();
    private final Map<String, String> others = new LinkedHashMap<>();
    private String base = "http://hooks.example:8080/webhook/a";
    private String secret = "c&s";
    private String query = "";
    private String type = "application/json";
    private String body = "{\"n\":1}";
    private boolean unsigned;

    OAuth1Sender(String timestamp) {
        oauth.put("oauth_consumer_key", "ck");
        oauth.put("oauth_nonce", "n0nce");
        oauth.put("oauth_signature_method", "HMAC-SHA1");
        oauth.put("oauth_timestamp", timestamp);
        oauth.put("oauth_version", "1.0");
    }

    OAuth1Sender method(String method) {
        return with("oauth_signature_method", method);
    }

    OAuth1Sender with(String name, String value) {
        oauth.put(name, value);
        return this;
    }

    OAuth1Sender with(Map<String, String> more) {
        oauth.putAll(more);
        return this;
    }

    OAuth1Sender without(String name) {
        oauth.remove(name);
        unsigned |= name.equals("oauth_signature");
        return this;
    }

    OAuth1Sender base(String uri) {
        this.base = uri;
        return this;
    }

    OAuth1Sender secret(String consumerSecret) {
        this.secret = consumerSecret;
        return this;
    }

    OAuth1Sender query(String sent, Map<String, String> signed) {
        this.query = "?" + sent;
        others.putAll(signed);
        return this;
    }

    OAuth1Sender form(String sent, Map<String, String> signed) {
        this.type = "application/x-www-form-urlencoded";
        this.body = sent;
        others.putAll(signed);
        return this;
    }

    OAuth1Sender body(String json) {
        this.body = json;
        return this;
    }

    WebhookRequest request() {
        if (!unsigned) {
            oauth.putIfAbsent("oauth_signature", signature());
        }
        StringBuilder header = new StringBuilder("OAuth realm=\"100%\"");
        oauth.forEach((name, value) -> header.append(", ")
                .append(name)
                .append("=\"")
                .append(encode(value))
                .append('"'));
        return WebhookRequest.post("/webhook/a" + query)
                .header("Host", "hooks.example:8080")
                .header("Content-Type", type)
                .header("Authorization", header.toString())
                .body(body)
                .build();
    }

    private String signature() {
        String key = encode(secret) + "&";
        String method = String.valueOf(oauth.get("oauth_signature_method"));
        if (method.equals("PLAINTEXT")) {
            return key;
        }
        TreeMap<String, String> sorted = new TreeMap<>();
        oauth.forEach((name, value) -> sorted.put(encode(name), encode(value)));
        others.forEach((name, value) -> sorted.put(encode(name), encode(value)));
        StringBuilder parameters = new StringBuilder();
        sorted.forEach((name, value) -> parameters
                .append(parameters.isEmpty() ? "" : "&")
                .append(name)
                .append('=')
                .append(value));
        String text = "POST&" + encode(base) + "&" + encode(parameters.toString());
        try {
            String algorithm = method.equals("HMAC-SHA256") ? "HmacSHA256" : "HmacSHA1";
            Mac mac = Mac.getInstance(algorithm);
            mac.init(new SecretKeySpec(key.getBytes(StandardCharsets.UTF_8), algorithm));
            return Base64.getEncoder().encodeToString(mac.doFinal(text.getBytes(StandardCharsets.UTF_8)));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Not the product's: from the JDK's, which differs in these three signs. */
    private static String encode(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8)
                .replace("+", "%20")
                .replace("*", "%2A")
                .replace("%7E", "~");
    }
}
