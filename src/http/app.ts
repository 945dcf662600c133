import { readFileSync } from 'node:fs'
import cookie from '@fastify/cookie'
import helmet from '@fastify/helmet'
import rateLimit from '@fastify/rate-limit'
import { fastifySSE } from '@fastify/sse'
import swagger from '@fastify/swagger'
import swaggerUi from '@fastify/swagger-ui'
import Fastify, { type FastifyBaseLogger, LogController } from 'fastify'
import {
  jsonSchemaTransform,
  jsonSchemaTransformObject,
  serializerCompiler,
  validatorCompiler,
  type ZodTypeProvider,
} from 'fastify-type-provider-zod'
import type { Environment } from '../base/config.js'
import { Problem } from '../base/problem.js'
import type { Store } from '../base/store/store.js'
import type { App } from '../base/web.js'
import { type Authentication, authenticate } from './authenticate.js'
import { answerError } from './errors.js'

/** The edge: limits, headers, sessions, one shape of errors. The routes themselves are listed in routes.ts. */
export async function createApp(
  environment: Environment,
  store: Store,
  log: FastifyBaseLogger,
): Promise<{ app: App; authentication: Authentication }> {
  const options = {
    loggerInstance: log,
    forceCloseConnections: true,
    trustProxy: environment.trustProxy ?? false,
    bodyLimit: 1024 * 1024,
    connectionTimeout: 30_000,
    requestTimeout: 30_000,
    routerOptions: { ignoreTrailingSlash: true, maxParamLength: 400 },
    // Addresses may hold callback secrets and searched names: requests are not logged, failures are (errors.ts).
    logController: new LogController({ disableRequestLogging: true }),
  }
  const https = environment.tls && { cert: readFileSync(environment.tls.certFile), key: readFileSync(environment.tls.keyFile) }
  const made = https ? Fastify({ ...options, https }) : Fastify(options)
  const app = made.withTypeProvider<ZodTypeProvider>() as unknown as App
  app.setValidatorCompiler(validatorCompiler)
  app.setSerializerCompiler(serializerCompiler)
  app.setErrorHandler(answerError)
  app.setNotFoundHandler(() => {
    throw new Problem('not-found', '没有这个地址', 'nothing is here; the addresses are listed at /api/docs')
  })
  await app.register(cookie)
  await app.register(helmet, {
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        'default-src': ["'self'"],
        'style-src': ["'self'", "'unsafe-inline'"],
        'img-src': ["'self'", 'data:', 'blob:'],
        'worker-src': ["'self'", 'blob:'],
        'connect-src': ["'self'"],
        'object-src': ["'none'"],
        'base-uri': ["'none'"],
        'form-action': ["'self'"],
        'frame-ancestors': ["'self'"],
      },
    },
    // The tour shows the desk and the phones in frames of its own.
    frameguard: { action: 'sameorigin' },
    hsts: environment.tls !== null,
    crossOriginEmbedderPolicy: false,
  })
  await app.register(rateLimit, {
    max: 3000,
    timeWindow: '1 minute',
    errorResponseBuilder: (_, context) =>
      new Problem('too-many', '请求过于频繁,请稍后再试', `at most ${context.max} requests a minute; try again in ${context.after}`),
  })
  await app.register(fastifySSE, { heartbeatInterval: 15_000 })
  await app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: {
        title: 'Yinshi 寅时',
        version: '0.1.0',
        description: 'Emergency alert broadcasting for the duty desk. Errors are application/problem+json (RFC 9457), times RFC 3339.',
      },
      components: {
        securitySchemes: {
          session: {
            type: 'apiKey',
            in: 'cookie',
            name: 'yinshi',
            description: 'POST /api/sessions; requests that change something also carry X-Yinshi: 1',
          },
          bearer: { type: 'http', scheme: 'bearer' },
        },
      },
      security: [{ session: [] }, { bearer: [] }],
    },
    transform: jsonSchemaTransform,
    transformObject: jsonSchemaTransformObject,
  })
  await app.register(swaggerUi, { routePrefix: '/api/docs' })
  app.get('/api/openapi.json', { schema: { hide: true } }, async (_, reply) =>
    reply.type('application/json').send(JSON.stringify(app.swagger())),
  )
  return { app, authentication: authenticate(app, store) }
}
