import java.nio.file.Files;
import java.nio.file.Path;
import org.neo4j.configuration.Config;
import org.neo4j.configuration.GraphDatabaseSettings;
import org.neo4j.configuration.connectors.BoltConnector;
import org.neo4j.dbms.api.DatabaseManagementService;
import org.neo4j.dbms.api.DatabaseManagementServiceBuilder;

/**
 * Neo4j Community with its Bolt connector: `java -cp 'lib/*' Server FILE.conf [PASSWORD-FILE]`.
 *
 * The conf file holds Neo4j's own settings. A password file sets the first password of the user neo4j, before Bolt
 * listens, so that nobody ever gets in with the built-in one. An end signal closes the stores.
 */
public final class Server {
    private Server() {}

    public static void main(String[] arguments) throws Exception {
        Path conf = Path.of(arguments[0]);
        Config config = Config.newBuilder().fromFile(conf).build();
        Path data = config.get(GraphDatabaseSettings.data_directory);
        Path initialised = data.resolve(".password-set");
        if (arguments.length > 1 && Files.notExists(initialised)) {
            setPassword(conf, Files.readString(Path.of(arguments[1])).strip());
            Files.createFile(initialised);
        }
        DatabaseManagementService server = builder(conf).build();
        Runtime.getRuntime().addShutdownHook(new Thread(server::shutdown));
        System.out.println("Bolt listens on " + config.get(BoltConnector.listen_address));
        Thread.currentThread().join();
    }

    private static void setPassword(Path conf, String password) {
        DatabaseManagementService offline = builder(conf).setConfig(BoltConnector.enabled, false).build();
        try {
            String change = "ALTER USER neo4j SET PASSWORD $password CHANGE NOT REQUIRED";
            offline.database(GraphDatabaseSettings.SYSTEM_DATABASE_NAME)
                    .executeTransactionally(change, java.util.Map.of("password", password));
        } finally {
            offline.shutdown();
        }
    }

    private static DatabaseManagementServiceBuilder builder(Path conf) throws RuntimeException {
        Path home = Config.newBuilder().fromFile(conf).build().get(GraphDatabaseSettings.neo4j_home);
        return new DatabaseManagementServiceBuilder(home).loadPropertiesFromFile(conf);
    }
}
