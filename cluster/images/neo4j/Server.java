import java.nio.file.Files;
import java.nio.file.Path;
import org.neo4j.cli.ExecutionContext;
import org.neo4j.commandline.admin.security.SetInitialPasswordCommand;
import org.neo4j.configuration.Config;
import org.neo4j.configuration.GraphDatabaseInternalSettings;
import org.neo4j.configuration.GraphDatabaseSettings;
import org.neo4j.configuration.connectors.BoltConnector;
import org.neo4j.dbms.api.DatabaseManagementService;
import org.neo4j.dbms.api.DatabaseManagementServiceBuilder;
import org.neo4j.logging.log4j.Log4jLogProvider;
import picocli.CommandLine;

/**
 * Neo4j Community with its Bolt connector: `java -cp 'lib/*' Server FOLDER [PASSWORD-FILE]`.
 *
 * FOLDER/neo4j.conf holds Neo4j's own settings. A password file sets the first password of the user neo4j, before the
 * first start, so that nobody ever gets in with the built-in one; without the file anybody gets in. An end signal closes
 * the stores.
 */
public final class Server {
    private Server() {}

    public static void main(String[] arguments) throws Exception {
        Path folder = Path.of(arguments[0]);
        Path conf = folder.resolve("neo4j.conf");
        Config config = Config.newBuilder().fromFile(conf).build();
        Path home = config.get(GraphDatabaseSettings.neo4j_home);
        Path data = config.get(GraphDatabaseSettings.data_directory);
        if (arguments.length > 1 && Files.notExists(data.resolve("dbms/auth.ini"))) {
            String password = Files.readString(Path.of(arguments[1])).strip();
            CommandLine command = new CommandLine(new SetInitialPasswordCommand(new ExecutionContext(home, folder)));
            if (command.execute(password) != 0) {
                System.exit(1);
            }
        }
        DatabaseManagementService server = new DatabaseManagementServiceBuilder(home)
                .loadPropertiesFromFile(conf)
                .setConfig(GraphDatabaseSettings.auth_enabled, arguments.length > 1)
                // The stores are closed by then; Bolt's own wait for stragglers would add ten seconds.
                .setConfig(GraphDatabaseInternalSettings.netty_server_shutdown_quiet_period, 0)
                .setUserLogProvider(new Log4jLogProvider(System.out))
                .build();
        Runtime.getRuntime().addShutdownHook(new Thread(server::shutdown));
        System.out.println("Bolt listens on " + config.get(BoltConnector.listen_address));
        Thread.currentThread().join();
    }
}
