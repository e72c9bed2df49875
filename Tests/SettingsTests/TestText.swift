@testable import Settings

/// The least that a router must be told.
let routerText = """
    name: r1
    cluster: lab
    tls: {ca: ca.pem, certificate: r1.pem, key: r1-key.pem}
    model:
      vocabulary: tiny.gguf

    """

/// The least that a worker must be told.
let workerText = """
    name: w1
    cluster: lab
    routers: [r1:7400]
    tls: {ca: ca.pem, certificate: w1.pem, key: w1-key.pem}
    engine:
      model: tiny.gguf

    """

/// Parses as if the text were `/etc/baton/f.yaml`, and the process had started in `/home`.
func parse<Value: ReadableSettings>(
    _ type: Value.Type,
    _ text: String,
    _ overrides: [String] = []
) throws(SettingsError) -> LoadedSettings<Value> {
    try .parse(
        text,
        fileName: "f.yaml",
        directory: "/etc/baton",
        overrides: overrides,
        workingDirectory: "/home"
    )
}

/// The problems of a text; empty if it has none.
func problems<Value: ReadableSettings>(
    _ type: Value.Type,
    _ text: String,
    _ overrides: [String] = []
) -> [String] {
    do throws(SettingsError) {
        _ = try parse(type, text, overrides)
        return []
    } catch {
        return error.problems
    }
}
