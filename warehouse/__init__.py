"""The warehouse: staging loads landed and extracted records into DuckDB, release publishes what dbt built."""
