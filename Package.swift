// swift-tools-version: 6.1
import PackageDescription

/// Every target: warnings are errors.
let common: [SwiftSetting] = [.unsafeFlags(["-warnings-as-errors"])]

/// Targets whose tests need speed (ten thousand simulated clusters, forward passes) are optimized in debug builds too.
let fast = common + [.unsafeFlags(["-O"], .when(configuration: .debug))]

let cWarnings = ["-Wall", "-Wextra", "-Werror"]
let kernelFlags = cWarnings + ["-O3", "-ffp-contract=off"]

let collections = Target.Dependency.product(name: "Collections", package: "swift-collections")
let argumentParser = Target.Dependency.product(name: "ArgumentParser", package: "swift-argument-parser")
let logging = Target.Dependency.product(name: "Logging", package: "swift-log")
let lifecycle = Target.Dependency.product(name: "ServiceLifecycle", package: "swift-service-lifecycle")
let unixSignals = Target.Dependency.product(name: "UnixSignals", package: "swift-service-lifecycle")
let hummingbird = Target.Dependency.product(name: "Hummingbird", package: "hummingbird")
let hummingbirdCore = Target.Dependency.product(name: "HummingbirdCore", package: "hummingbird")
let nioHTTPTypes = Target.Dependency.product(name: "NIOHTTPTypes", package: "swift-nio-extras")
let httpTypes = Target.Dependency.product(name: "HTTPTypes", package: "swift-http-types")
let nioCore = Target.Dependency.product(name: "NIOCore", package: "swift-nio")
let nioHTTP1 = Target.Dependency.product(name: "NIOHTTP1", package: "swift-nio")
let nioPosix = Target.Dependency.product(name: "NIOPosix", package: "swift-nio")
let nioSSL = Target.Dependency.product(name: "NIOSSL", package: "swift-nio-ssl")
let hummingbirdTLS = Target.Dependency.product(name: "HummingbirdTLS", package: "hummingbird")
let asyncHTTPClient = Target.Dependency.product(name: "AsyncHTTPClient", package: "async-http-client")
let yams = Target.Dependency.product(name: "Yams", package: "Yams")
let grdb = Target.Dependency.product(name: "GRDB", package: "GRDB.swift")
let histogram = Target.Dependency.product(name: "Histogram", package: "hdrhistogram-swift")

/// What every daemon library may import beside its own parts.
let daemonKitImports: [Target.Dependency] = [
    "ServingCore", "KVCache", "Wire", "Transport", "Observability", "Settings", "ServingTypes", lifecycle,
    logging,
]

/// What a daemon's `main` needs to start its library.
let daemonImports: [Target.Dependency] = ["DaemonKit", "Observability", "Settings", logging]

func library(
    _ name: String,
    _ dependencies: [Target.Dependency],
    _ settings: [SwiftSetting] = common,
    resources: [Resource] = []
) -> Target {
    .target(name: name, dependencies: dependencies, resources: resources, swiftSettings: settings)
}

func executable(_ name: String, _ dependencies: [Target.Dependency]) -> Target {
    .executableTarget(name: name, dependencies: dependencies + [argumentParser], swiftSettings: common)
}

func tests(
    _ name: String,
    _ dependencies: [Target.Dependency],
    exclude: [String] = [],
    _ settings: [SwiftSetting] = common
) -> Target {
    .testTarget(name: name, dependencies: dependencies, exclude: exclude, swiftSettings: settings)
}

let package = Package(
    name: "baton",
    products: [
        .executable(name: "baton-router", targets: ["baton-router"]),
        .executable(name: "baton-prefill-worker", targets: ["baton-prefill-worker"]),
        .executable(name: "baton-decode-worker", targets: ["baton-decode-worker"]),
        .executable(name: "batonctl", targets: ["batonctl"]),
        .executable(name: "baton-bench", targets: ["baton-bench"]),
        .executable(name: "baton-load", targets: ["baton-load"]),
    ],
    dependencies: [
        .package(url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.1", traits: []),
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/apple/swift-collections", from: "1.6.0"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
        .package(url: "https://github.com/apple/swift-http-types", from: "1.8.0"),
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
        .package(url: "https://github.com/apple/swift-nio-extras", from: "1.35.2"),
        .package(url: "https://github.com/apple/swift-nio-ssl", from: "2.37.2"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
        .package(url: "https://github.com/HdrHistogram/hdrhistogram-swift", from: "0.2.0"),
        .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
        .package(url: "https://github.com/swift-server/async-http-client", from: "1.37.0"),
        .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
    ],
    targets: [
        // Pure: values in, values out.
        library("ServingTypes", [], fast),
        library("KVCache", ["ServingTypes", collections], fast),
        library("ServingCore", ["KVCache", "ServingTypes", collections], fast),
        library("Simulation", ["ServingCore", "KVCache", "ServingTypes", collections], fast),
        library("Wire", ["CWireProto", "ServingTypes"]),
        library("Tokenization", ["ServingTypes"], fast),
        library("Workload", ["ServingTypes", histogram], fast),

        // Files, memory, sockets, threads.
        library("ModelFormat", ["Tokenization", "ServingTypes"], fast),
        library("KVCodecs", ["CKernels", "ServingTypes"], fast),
        library("Engine", ["CKernels", "ModelFormat", "KVCache", "ServingTypes"], fast),
        library("Transport", ["COpenSSL", "CLinux", "Wire", "ServingTypes"]),
        library("Observability", ["ServingTypes", logging]),
        library("Settings", ["ServingTypes", yams]),
        library("Recording", ["ServingTypes", grdb]),

        // Daemons and tools.
        library("DaemonKit", daemonKitImports + [unixSignals, argumentParser]),
        library("AdminHTTP", ["CLinux", hummingbird, hummingbirdCore, lifecycle, logging, nioCore]),
        library(
            "RouterDaemon",
            daemonKitImports + [
                "AdminHTTP", "DaemonKit", "ModelFormat", "Recording", "Tokenization", hummingbird,
                hummingbirdCore, hummingbirdTLS,
                httpTypes, nioCore, collections,
                asyncHTTPClient, nioHTTP1, nioHTTPTypes, nioSSL,
            ],
            resources: [.embedInCode("Page/Assets")]
        ),
        library(
            "WorkerDaemon",
            daemonKitImports + ["AdminHTTP", "DaemonKit", "Engine", "KVCodecs", "ModelFormat"]
        ),
        library(
            "AdminTool",
            [
                "CLinux", "DaemonKit", "ModelFormat", "Observability", "Settings", "Wire", "Transport",
                "ServingTypes",
                argumentParser,
                logging, yams,
            ]
        ),
        executable("baton-router", ["RouterDaemon"] + daemonImports),
        executable("baton-prefill-worker", ["WorkerDaemon"] + daemonImports),
        executable("baton-decode-worker", ["WorkerDaemon"] + daemonImports),
        executable("batonctl", ["AdminTool"]),
        library(
            "LoadTool",
            ["Workload", "ServingTypes", argumentParser, histogram, nioCore, nioHTTP1, nioPosix, nioSSL],
            fast
        ),
        executable("baton-load", ["LoadTool"]),
        library(
            "Benchmarks",
            [
                "CBenchLimit", "CLinux", "Engine", "KVCache", "KVCodecs", "LoadTool", "ModelFormat",
                "Observability", "ServingCore", "ServingTypes",
                "Tokenization",
                "Transport",
                "Wire", "Workload", argumentParser, nioCore, nioHTTP1, nioPosix,
            ],
            fast
        ),
        executable("baton-bench", ["Benchmarks"]),

        // C: one system library per library, kernels optimized in every build.
        .systemLibrary(name: "COpenSSL", pkgConfig: "openssl", providers: [.apt(["libssl-dev"])]),
        .systemLibrary(
            name: "CProtobufC",
            pkgConfig: "libprotobuf-c",
            providers: [.apt(["libprotobuf-c-dev"])]
        ),
        .target(name: "CLinux", cSettings: [.unsafeFlags(cWarnings + ["-O3"])]),
        .target(
            name: "CWireProto",
            dependencies: ["CProtobufC"],
            cSettings: [.unsafeFlags(cWarnings + ["-O2"])]
        ),
        .target(
            name: "CBenchLimit",
            dependencies: ["CLinux", "COpenSSL"],
            cSettings: [.unsafeFlags(cWarnings + ["-O3"])]
        ),
        .target(name: "CKernels", cSettings: [.unsafeFlags(kernelFlags)]),

        tests("KVCacheTests", ["KVCache", "ServingTypes"]),
        tests("ServingCoreTests", ["ServingCore", "KVCache", "ServingTypes"], fast),
        tests("SimulationTests", ["Simulation", "ServingCore", "KVCache", "ServingTypes"], fast),
        tests("WireTests", ["Wire", "ServingTypes"], exclude: ["Golden"]),
        tests("WorkloadTests", ["Workload", "ServingTypes"], exclude: ["Golden"], fast),
        tests("TokenizationTests", ["Tokenization", "ModelFormat", "ServingTypes"], exclude: ["Golden"]),
        tests("ModelFormatTests", ["ModelFormat", "Tokenization", "ServingTypes"], exclude: ["Golden"]),
        tests(
            "EngineTests",
            ["Engine", "CKernels", "ModelFormat", "KVCache", "ServingTypes", "Tokenization"],
            exclude: ["Golden"],
            fast
        ),
        tests(
            "KVCodecsTests",
            ["KVCodecs", "CKernels", "Engine", "ModelFormat", "ServingTypes", "Tokenization"],
            exclude: ["Golden"]
        ),
        tests(
            "TransportTests",
            ["Transport", "COpenSSL", "CLinux", "TestSupport", "Wire", "ServingTypes"]
        ),
        .target(
            name: "TestSupport",
            dependencies: ["Transport"],
            path: "Tests/TestSupport",
            swiftSettings: common
        ),
        tests("ConventionTests", [], fast),
        tests(
            "LoadToolTests",
            [
                "LoadTool", "Benchmarks", "Workload", "ServingTypes", argumentParser, nioCore, nioPosix,
                nioHTTP1,
            ]
        ),
        tests("BenchmarksTests", ["Benchmarks", "ServingTypes", argumentParser]),
        tests(
            "DaemonKitTests",
            [
                "DaemonKit", "Observability", "Settings", "TestSupport", "Transport", "Wire", "ServingTypes",
                logging,
            ]
        ),
        tests(
            "AdminToolTests",
            ["AdminTool", "DaemonKit", "Transport", "Wire", "ServingTypes", argumentParser]
        ),
        tests(
            "WorkerDaemonTests",
            [
                "WorkerDaemon", "DaemonKit", "Engine", "KVCache", "Observability", "ServingCore",
                "TestSupport",
                "Transport", "Wire", "ServingTypes", logging,
            ]
        ),
        tests("ClusterTests", ["DaemonKit", "Transport", "COpenSSL", "Wire", "ServingTypes"]),
        tests("SettingsTests", ["Settings", "ServingTypes"]),
        tests("RecordingTests", ["Recording", "ServingTypes", grdb]),
        tests("ObservabilityTests", ["Observability", "ServingTypes", logging]),
        tests(
            "RouterDaemonTests",
            [
                "RouterDaemon", "AdminHTTP", "DaemonKit", "Observability", "ServingCore", "Settings",
                "Tokenization", "ServingTypes", "TestSupport", "Transport",
                lifecycle, logging, nioCore, nioHTTP1, nioPosix, nioSSL,
            ],
            exclude: ["Golden"]
        ),
    ]
)
