package org.corewebhook.clickhouse;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.URLDecoder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.GZIPInputStream;

/**
 * ClickHouse's real engine behind as much of its HTTP interface as the module uses; a program of its own, because the
 * engine is native and tests kill it. Users, sessions and settings in the query string are not there.
 */
final class ChdbServer {

    private static final Pattern CODE = Pattern.compile("Code: (\\d+)");
    private static final int THREADS = 8;

    private final Chdb engine;

    private ChdbServer(Chdb engine) {
        this.engine = engine;
    }

    /** Arguments: library, port, folder of the data. */
    public static void main(String[] arguments) throws IOException {
        ChdbServer server = new ChdbServer(new Chdb(Path.of(arguments[0]), Path.of(arguments[2])));
        server.engine.query("SELECT 1".getBytes(UTF_8));
        HttpServer http = HttpServer.create(new InetSocketAddress("127.0.0.1", Integer.parseInt(arguments[1])), 128);
        http.createContext("/", server::handle);
        http.setExecutor(Executors.newFixedThreadPool(THREADS));
        http.start();
        System.out.println("ready on " + arguments[1]);
    }

    private void handle(HttpExchange exchange) throws IOException {
        try (exchange) {
            Chdb.Result result = execute(exchange);
            if (result.error() == null) {
                answer(exchange, 200, result.bytes());
                return;
            }
            Matcher code = CODE.matcher(result.error());
            String number = code.find() ? code.group(1) : "1002";
            exchange.getResponseHeaders().set("X-ClickHouse-Exception-Code", number);
            answer(exchange, status(number), result.error().getBytes(UTF_8));
        }
    }

    /**
     * A statement is the body, or in the URL before its data. Data go through a file: the engine takes an empty line
     * for the end of data that stand behind a statement, as its command line does and its server does not.
     */
    private Chdb.Result execute(HttpExchange exchange) throws IOException {
        String statement = parameters(exchange.getRequestURI().getRawQuery()).get("query");
        boolean gzip = "gzip".equals(exchange.getRequestHeaders().getFirst("Content-Encoding"));
        InputStream body = exchange.getRequestBody();
        InputStream plain = gzip ? new GZIPInputStream(body) : body;
        if (statement == null) {
            return engine.query(plain.readAllBytes());
        }
        Path file = Files.createTempFile("block", ".bin");
        try {
            Files.copy(plain, file, StandardCopyOption.REPLACE_EXISTING);
            String from = " FROM INFILE '" + file + "' SETTINGS ";
            return engine.query(statement.replaceFirst(" SETTINGS ", from).getBytes(UTF_8));
        } finally {
            Files.delete(file);
        }
    }

    private static Map<String, String> parameters(String query) {
        Map<String, String> parameters = new HashMap<>();
        for (String pair : (query == null ? "" : query).split("&", -1)) {
            int equals = pair.indexOf('=');
            if (equals > 0) {
                parameters.put(pair.substring(0, equals), URLDecoder.decode(pair.substring(equals + 1), UTF_8));
            }
        }
        return parameters;
    }

    private static int status(String code) {
        return switch (code) {
            case "36", "46", "47", "60", "81" -> 404;
            case "53", "62", "70" -> 400;
            default -> 500;
        };
    }

    private static void answer(HttpExchange exchange, int status, byte[] body) throws IOException {
        exchange.sendResponseHeaders(status, body.length == 0 ? -1 : body.length);
        if (body.length > 0) {
            exchange.getResponseBody().write(body);
        }
    }
}
