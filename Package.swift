// swift-tools-version: 6.3
import PackageDescription

// One list of settings for every Swift target. A target never sets its own.
let strict: [SwiftSetting] = [
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
    .enableUpcomingFeature("InferIsolatedConformances"),
    .enableUpcomingFeature("ImmutableWeakCaptures"),
    .strictMemorySafety(),
    .treatAllWarnings(as: .error),
]

let package = Package(
    name: "slipway",
    targets: [
        // Layer 0: C and C++ shims, and the libraries behind them. Only C in a public header.
        .systemLibrary(name: "LibYAML", path: "Sources/Native/LibYAML", pkgConfig: "slipway-yaml"),
        .systemLibrary(name: "LibFastFloat", path: "Sources/Native/LibFastFloat", pkgConfig: "slipway-fast-float"),
        .systemLibrary(name: "LibPVXS", path: "Sources/Native/LibPVXS", pkgConfig: "slipway-pvxs"),
        .systemLibrary(
            name: "LibOnnxRuntime",
            path: "Sources/Native/LibOnnxRuntime",
            pkgConfig: "slipway-onnxruntime"
        ),
        .systemLibrary(name: "LibSimdJSON", path: "Sources/Native/LibSimdJSON", pkgConfig: "slipway-simdjson"),
        .target(name: "CSimdJSON", dependencies: ["LibSimdJSON"], path: "Sources/Native/CSimdJSON"),
        .systemLibrary(name: "LibBoostMath", path: "Sources/Native/LibBoostMath", pkgConfig: "slipway-boost"),
        .target(
            name: "CSpecialFunctions",
            dependencies: ["LibBoostMath"],
            path: "Sources/Native/CSpecialFunctions",
            linkerSettings: [.linkedLibrary("m")]
        ),
        .target(
            name: "CArrayKernels",
            path: "Sources/Native/CArrayKernels"
        ),
        .systemLibrary(name: "LibMD", path: "Sources/Native/LibMD", pkgConfig: "slipway-md"),
        .target(name: "CDigest", dependencies: ["LibMD"], path: "Sources/Native/CDigest"),
        .target(name: "CLinux", path: "Sources/Native/CLinux"),
        .target(name: "CYAML", dependencies: ["LibYAML"], path: "Sources/Native/CYAML"),
        .target(
            name: "CNumbers",
            dependencies: ["LibFastFloat"],
            path: "Sources/Native/CNumbers",
            linkerSettings: [.linkedLibrary("m")]
        ),
        .target(
            name: "CPVXS",
            dependencies: ["LibPVXS"],
            path: "Sources/Native/CPVXS",
            // The wheel is built with the old strings of libstdc++.
            cxxSettings: [.define("_GLIBCXX_USE_CXX11_ABI", to: "0")]
        ),
        .systemLibrary(
            name: "LibMicrohttpd",
            path: "Sources/Native/LibMicrohttpd",
            pkgConfig: "slipway-microhttpd"
        ),
        .target(name: "CMicrohttpd", dependencies: ["LibMicrohttpd"], path: "Sources/Native/CMicrohttpd"),
        .target(name: "CCurl", path: "Sources/Native/CCurl"),
        .target(name: "COnnxRuntime", dependencies: ["LibOnnxRuntime"], path: "Sources/Native/COnnxRuntime"),

        // Layer 1: the vocabulary. Pure values.
        .target(name: "Signals", path: "Sources/Base/Signals", swiftSettings: strict),
        .target(name: "JSON", dependencies: ["CNumbers"], path: "Sources/Base/JSON", swiftSettings: strict),
        .target(
            name: "Formula",
            dependencies: ["CArrayKernels", "CSpecialFunctions"],
            path: "Sources/Base/Formula",
            swiftSettings: strict
        ),

        .target(
            name: "Digests",
            dependencies: ["CDigest"],
            path: "Sources/Base/Digests",
            swiftSettings: strict
        ),
        .target(name: "Host", dependencies: ["CLinux"], path: "Sources/Base/Host", swiftSettings: strict),
        .target(name: "Lifetime", path: "Sources/Base/Lifetime", swiftSettings: strict),
        .target(name: "Telemetry", path: "Sources/Base/Telemetry", swiftSettings: strict),

        // Layer 2: contracts.
        .target(
            name: "Manifest",
            dependencies: ["Formula", "JSON", "CYAML"],
            path: "Sources/Contracts/Manifest",
            swiftSettings: strict
        ),
        .target(
            name: "Component",
            dependencies: ["Host", "Lifetime", "Signals"],
            path: "Sources/Contracts/Component",
            swiftSettings: strict
        ),
        .target(
            name: "HTTP",
            dependencies: ["JSON", "Lifetime"],
            path: "Sources/Contracts/HTTP",
            swiftSettings: strict
        ),
        .target(
            name: "Models",
            dependencies: ["Digests", "JSON", "Lifetime", "Signals"],
            path: "Sources/Contracts/Models",
            swiftSettings: strict
        ),

        // Layer 3: components. One folder a component, one target a foreign library.
        .target(
            name: "BasicComponents",
            dependencies: [
                "Component", "Digests", "Formula", "HTTP", "Host", "JSON", "Lifetime", "Manifest", "Models", "Signals",
            ],
            path: "Sources/Components",
            exclude: ["FolderStore", "HTTPClient", "HTTPServer", "ONNX", "PVAccess"],
            sources: [
                "Clock", "Console", "FormulaTransform", "ImageTransform", "Model", "Pass", "Recorder", "Replay",
                "Requests",
            ],
            swiftSettings: strict
        ),
        .target(
            name: "FolderStore",
            dependencies: ["Host", "JSON", "Manifest", "Models"],
            path: "Sources/Components/FolderStore",
            swiftSettings: strict
        ),
        .target(
            name: "HTTPClient",
            dependencies: ["CCurl", "Component", "HTTP", "Lifetime"],
            path: "Sources/Components/HTTPClient",
            swiftSettings: strict
        ),
        .target(
            name: "HTTPServer",
            dependencies: ["Component", "CMicrohttpd", "HTTP", "Lifetime"],
            path: "Sources/Components/HTTPServer",
            swiftSettings: strict
        ),
        .target(
            name: "ONNX",
            dependencies: ["Component", "COnnxRuntime", "Host", "Lifetime", "Models", "Signals"],
            path: "Sources/Components/ONNX",
            swiftSettings: strict
        ),
        .target(
            name: "PVAccess",
            dependencies: ["Component", "CPVXS", "JSON", "Lifetime", "Manifest", "Signals"],
            path: "Sources/Components/PVAccess",
            swiftSettings: strict
        ),

        // Layer 3: services. They know components by their protocols alone.
        .target(
            name: "Flow",
            dependencies: ["Component", "Host", "JSON", "Lifetime", "Manifest", "Models", "Signals", "Telemetry"],
            path: "Sources/Services/Flow",
            swiftSettings: strict
        ),

        .target(
            name: "Dialects",
            dependencies: ["JSON", "Manifest"],
            path: "Sources/Dialects",
            swiftSettings: strict
        ),

        // Layer 4: composition. The catalog alone names concrete components.
        .target(
            name: "Catalog",
            dependencies: [
                "BasicComponents", "FolderStore", "HTTPClient", "HTTPServer", "ONNX", "PVAccess", "Component",
                "Dialects", "Flow", "HTTP", "Lifetime", "Manifest", "Models",
            ],
            path: "Sources/Composition/Catalog",
            swiftSettings: strict
        ),
        .target(
            name: "Commands",
            dependencies: [
                "Catalog", "CLinux", "Component", "Digests", "Flow", "Formula", "HTTP", "Host", "JSON", "Lifetime",
                "Manifest", "Models", "Signals", "Telemetry",
            ],
            path: "Sources/Composition/Commands",
            swiftSettings: strict
        ),

        // Layer 5: the program. Nothing but a call into Commands, so that tests reach the rest.
        .executableTarget(name: "slipway", dependencies: ["Commands"], swiftSettings: strict),

        // Tests, in the same tree. The fuzzer and the benchmarks are programs of their own, built for release.
        .executableTarget(
            name: "slipway-fuzz",
            dependencies: ["Commands", "Catalog", "Manifest", "Models", "Formula", "JSON", "ONNX"],
            path: "Tests/Fuzz",
            swiftSettings: strict
        ),
        .target(name: "CAllocations", path: "Tests/Native/CAllocations"),
        .target(
            name: "CFormulaFloor",
            path: "Benchmarks/Native/CFormulaFloor",
            cSettings: [.unsafeFlags(["-O3"])]
        ),
        .target(
            name: "CModelFloor",
            dependencies: ["COnnxRuntime"],
            path: "Benchmarks/Native/CModelFloor"
        ),
        .executableTarget(
            name: "slipway-bench",
            dependencies: [
                "Catalog", "Manifest", "Formula", "JSON", "Lifetime", "Models", "Signals", "CAllocations",
                "CFormulaFloor", "CModelFloor", "CPVAFloor", "CSimdJSON",
            ],
            path: "Benchmarks",
            exclude: ["Native", "PVAccess", "dense_net.py", "model_run.py"],
            swiftSettings: strict
        ),
        .target(
            name: "CPVAFloor",
            dependencies: ["COnnxRuntime", "LibPVXS"],
            path: "Benchmarks/Native/CPVAFloor",
            // As the library is built.
            cxxSettings: [.define("_GLIBCXX_USE_CXX11_ABI", to: "0")]
        ),
        .executableTarget(
            name: "slipway-bench-pva",
            dependencies: ["CPVAFloor", "Lifetime", "PVAccess", "Signals"],
            path: "Benchmarks/PVAccess",
            swiftSettings: strict
        ),
        .target(name: "TestSupport", path: "Tests/TestSupport", swiftSettings: strict),
        .testTarget(
            name: "SignalsTests",
            dependencies: ["Signals", "TestSupport"],
            path: "Tests/Base/SignalsTests",
            swiftSettings: strict
        ),
        .testTarget(
            name: "JSONTests",
            dependencies: ["JSON", "TestSupport"],
            path: "Tests/Base/JSONTests",
            swiftSettings: strict
        ),
        .testTarget(
            name: "FormulaTests",
            dependencies: ["Formula", "CArrayKernels", "JSON", "TestSupport"],
            path: "Tests/Base/FormulaTests",
            exclude: ["conformance.json", "reference.py", "problems.txt", "explanation.txt"],
            swiftSettings: strict
        ),
        .testTarget(
            name: "ManifestTests",
            dependencies: ["Manifest", "JSON", "TestSupport"],
            path: "Tests/Contracts/ManifestTests",
            exclude: ["pyyaml-scalars.json"],
            swiftSettings: strict
        ),
        .testTarget(
            name: "HostTests",
            dependencies: ["Host", "TestSupport"],
            path: "Tests/Base/HostTests",
            swiftSettings: strict
        ),
        .testTarget(
            name: "LifetimeTests",
            dependencies: ["Lifetime", "TestSupport"],
            path: "Tests/Base/LifetimeTests",
            swiftSettings: strict
        ),
        .testTarget(
            name: "DigestsTests",
            dependencies: ["Digests", "TestSupport"],
            path: "Tests/Base/DigestsTests",
            swiftSettings: strict
        ),
        .testTarget(
            name: "ModelsTests",
            dependencies: ["Models", "JSON", "Lifetime", "Signals", "TestSupport"],
            path: "Tests/Contracts/ModelsTests",
            swiftSettings: strict
        ),
        .testTarget(
            name: "HTTPTests",
            dependencies: ["HTTP", "JSON", "TestSupport"],
            path: "Tests/Contracts/HTTPTests",
            swiftSettings: strict
        ),
        .testTarget(
            name: "HTTPClientTests",
            dependencies: ["HTTPClient", "HTTP", "Lifetime", "TestSupport"],
            path: "Tests/Components/HTTPClientTests",
            exclude: ["server.py"],
            swiftSettings: strict
        ),
        .testTarget(
            name: "HTTPServerTests",
            dependencies: ["HTTPServer", "HTTP", "JSON", "Lifetime", "TestSupport"],
            path: "Tests/Components/HTTPServerTests",
            swiftSettings: strict
        ),
        .testTarget(
            name: "ImageTransformTests",
            dependencies: ["BasicComponents", "Component", "JSON", "Lifetime", "Manifest", "Signals", "TestSupport"],
            path: "Tests/Components/ImageTransformTests",
            exclude: ["ca_image_transformer.json"],
            swiftSettings: strict
        ),
        .testTarget(
            name: "RequestsTests",
            dependencies: ["BasicComponents", "Component", "JSON", "Lifetime", "Signals", "TestSupport"],
            path: "Tests/Components/RequestsTests",
            swiftSettings: strict
        ),
        .testTarget(
            name: "FolderStoreTests",
            dependencies: ["FolderStore", "Models", "Signals", "TestSupport"],
            path: "Tests/Components/FolderStoreTests",
            swiftSettings: strict
        ),
        .testTarget(
            name: "ONNXTests",
            dependencies: ["ONNX", "JSON", "Lifetime", "Models", "Signals", "TestSupport"],
            path: "Tests/Components/ONNXTests",
            exclude: ["reference.py"],
            swiftSettings: strict
        ),
        .testTarget(
            name: "PVAccessTests",
            dependencies: ["PVAccess", "Component", "JSON", "Lifetime", "Signals", "TestSupport"],
            path: "Tests/Components/PVAccessTests",
            exclude: ["alarms_control.json", "ioc.py", "peer.py"],
            swiftSettings: strict
        ),
        .testTarget(
            name: "FlowTests",
            dependencies: [
                "Flow", "Component", "Host", "JSON", "Lifetime", "Manifest", "Signals", "Telemetry", "TestSupport",
            ],
            path: "Tests/Services/FlowTests",
            swiftSettings: strict
        ),
        .testTarget(
            name: "ConformanceTests",
            dependencies: [
                "Catalog", "Component", "Flow", "Lifetime", "Manifest", "Models", "Signals", "TestSupport",
            ],
            path: "Tests/Composition/ConformanceTests",
            swiftSettings: strict
        ),
        .testTarget(
            name: "CommandsTests",
            dependencies: ["Commands", "Catalog", "Component", "Host", "Manifest", "JSON", "TestSupport"],
            path: "Tests/Composition/CommandsTests",
            exclude: [
                "good", "bad", "foreign", "foreign-tests", "models", "flow-test-failures.txt", "flow-test-wrong.txt",
                "graph.svg.txt",
                "graph.dot.txt", "graph.mermaid.txt",
            ],
            swiftSettings: strict
        ),
        .testTarget(
            name: "EndToEndTests",
            dependencies: ["JSON", "TestSupport"],
            exclude: [
                "formula-batch.jsonl", "beside-client.yaml", "beside.py", "beside.yaml", "beside_client.py",
                "live_peer.py", "peers", "requests_client.py",
            ],
            swiftSettings: strict
        ),
        .testTarget(name: "TidyTests", dependencies: ["TestSupport"], swiftSettings: strict),
    ],
    swiftLanguageModes: [.v6],
    cLanguageStandard: .c11,
    cxxLanguageStandard: .cxx17
)
