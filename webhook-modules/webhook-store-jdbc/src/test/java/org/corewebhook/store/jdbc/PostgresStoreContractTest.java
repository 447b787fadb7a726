package org.corewebhook.store.jdbc;

import java.sql.SQLException;
import org.corewebhook.store.EventStore;
import org.corewebhook.testkit.EventStoreContract;
import org.corewebhook.testkit.TestClock;

/** The PostgreSQL store keeps the contract of event stores. */
class PostgresStoreContractTest extends EventStoreContract {

    private final PostgresServer server = PostgresServer.shared();
    private final String schema = PostgresServer.newSchema();

    @Override
    protected EventStore open() throws Exception {
        return new PostgresStoreProvider().open(server.location(schema), new TestClock());
    }

    @Override
    protected void damage(String eventId) throws SQLException {
        server.run(
                schema,
                "UPDATE event SET body = set_byte(body, 1, get_byte(body, 1) # 1) WHERE id = '" + eventId + "'");
    }

    @Override
    protected void refuseWrites() throws SQLException {
        server.run(
                schema,
                "CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS"
                        + " $$ BEGIN RAISE EXCEPTION 'refused by the test'; END $$");
        server.run(
                schema, "CREATE TRIGGER no_event BEFORE INSERT ON event FOR EACH STATEMENT EXECUTE FUNCTION refuse()");
        server.run(
                schema, "CREATE TRIGGER no_end BEFORE DELETE ON delivery FOR EACH STATEMENT EXECUTE FUNCTION refuse()");
    }

    @Override
    protected void allowWrites() throws SQLException {
        server.run(schema, "DROP TRIGGER no_event ON event");
        server.run(schema, "DROP TRIGGER no_end ON delivery");
    }
}
