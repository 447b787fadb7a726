package org.corewebhook.clickhouse;

import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.corewebhook.configuration.Settings;
import org.corewebhook.spi.OutputModuleProvider;
import org.corewebhook.spi.SharedConnection;
import org.corewebhook.testkit.OutputModuleContract;
import org.corewebhook.testkit.Refusal;
import org.corewebhook.testkit.server.TestPrograms;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

class ClickHouseContractTest extends OutputModuleContract {

    private final TestServer server = TestServer.shared();
    private final String table = TestServer.newName("contract");
    private final String refusing = TestServer.newName("refusing");

    @BeforeEach
    void createTheTable() {
        server.text(Tables.logs(new TableName(null, table)));
    }

    @AfterEach
    void dropTheTables() {
        server.text("DROP TABLE IF EXISTS " + table);
        server.text("DROP TABLE IF EXISTS " + refusing);
    }

    @Override
    protected OutputModuleProvider provider() {
        return new ClickHouseOutputProvider();
    }

    @Override
    protected Map<String, ?> workingSettings() {
        return Map.of("table", table);
    }

    @Override
    protected SharedConnection connection() {
        Map<String, Object> patient = new LinkedHashMap<>(server.connectionSettings());
        patient.put("timeout", "1m"); // the largest body takes its time on a busy machine
        return shared(patient);
    }

    @Override
    protected List<byte[]> received() {
        String hex = server.text("SELECT hex(payload) FROM " + table + " ORDER BY id FORMAT TabSeparatedRaw");
        long rows = server.number("SELECT count() FROM " + table);
        return rows == 0
                ? List.of()
                : List.of(hex.split("\n", -1)).stream()
                        .map(HexFormat.of()::parseHex)
                        .toList();
    }

    @Override
    protected String orderIsNotObservable() {
        return "a table has no order but that of its key";
    }

    @Override
    protected Map<String, ?> unreachableSettings() {
        return Map.of("table", table);
    }

    @Override
    protected SharedConnection unreachableConnection() {
        return shared(
                Map.of("host", "127.0.0.1", "http_port", TestPrograms.freePort(), "password", SECRET, "timeout", "2s"));
    }

    @Override
    protected Refusal refusal() {
        server.text("CREATE TABLE " + refusing + " (id String, webhook_id String, timestamp DateTime, payload String,"
                + " headers String, CONSTRAINT never CHECK payload = 'never') ENGINE = MergeTree ORDER BY id");
        return Refusal.by(Map.of("table", refusing), connection());
    }

    @Override
    protected Map<String, ?> badSettings() {
        return Map.of("table", "logs; DROP TABLE " + SECRET, "include_headers", SECRET, "include_timestamp", SECRET);
    }

    @Override
    protected int expectedProblems() {
        return 3;
    }

    static SharedConnection shared(Map<String, ?> settings) {
        return new SharedConnection(
                "test", "clickhouse", new ClickHouseConnectionProvider().prepare(Settings.of(settings)));
    }
}
